"use strict";
// Only what a form cannot do by itself: files dropped anywhere in a box, and their names.
for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  const chosen = box.querySelector("[data-chosen]");
  const show = () => {
    const names = Array.from(input.files, (file) => file.name);
    chosen.textContent = names.length > 1 ? names.join("\n") : "";
    chosen.hidden = names.length < 2;
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => { event.preventDefault(); box.classList.add("over"); });
  }
  box.addEventListener("dragleave", (event) => {
    if (!box.contains(event.relatedTarget)) box.classList.remove("over");
  });
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    const files = event.dataTransfer.files;
    if (!files.length) return;
    const kept = new DataTransfer();
    for (const file of input.multiple ? files : [files[0]]) kept.items.add(file);
    input.files = kept.files;
    show();
  });
}
// A file that misses a box would replace the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    if (!event.target.closest?.("textarea")) event.preventDefault();
  });
}
document.querySelector("#problem")?.focus();
document.querySelector("form")?.addEventListener("submit", (event) => {
  if (event.submitter && event.submitter.value === "report") event.submitter.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
