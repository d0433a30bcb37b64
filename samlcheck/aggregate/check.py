"""Checks an aggregate slice by slice: flat memory, the same findings as in one piece."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.aggregate.parts import PartOfAggregate, Parts
from samlcheck.aggregate.slices import (
    STEP,
    NotSliceableError,
    Read,
    Slice,
    ends_of,
    frame_of,
    slices_of,
)
from samlcheck.aggregate.work import (
    Worked,
    Worker,
    frame_nodes,
    not_on_signatures,
    on_signatures,
    outside,
)
from samlcheck.crypto.running_digest import RunningDigest
from samlcheck.engine.findings import order_in_metadata
from samlcheck.engine.metadata_facts import aggregate_facts
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Finding, Report
from samlcheck.engine.reporting import make_report
from samlcheck.engine.run import Judgement, judge
from samlcheck.engine.sets import SetFacts, judge_sets
from samlcheck.engine.tally import Totals
from samlcheck.model import EntityDescriptor, Node
from samlcheck.records import frozen
from samlcheck.rules.case import Case, Context
from samlcheck.xml import Document

#: Takes findings as they come; those on entities in document order, then those on the frame.
Sink = Callable[[Finding], None]
#: Is told how many octets were judged so far.
Progress = Callable[[int], None]

_FEWEST: Final = 2
#: So many slices are held in memory while entities of them are read again.
_MOST_HELD: Final = 8


@frozen(kw_only=True)
class _Kept:
    """Where a slice is, to read it again: its place, and how many entities precede it."""

    offset: int
    size: int
    line: int
    column: int
    before: int


class _WholeCase(Case):
    """The case of what concerns the whole: the frame, and entities that were read again."""

    def __init__(
        self,
        first: PartOfAggregate,
        context: Context,
        digests: dict[Element, bytes],
        size: int,
    ) -> None:
        super().__init__(
            kind="metadata",
            context=context,
            documents=(first.document,),
            metadata=first.group,
            digests=digests,
        )
        self._size = size
        self._base = {first.root: first.document}
        self._admitted: dict[Element, Document] = {}

    @property
    def size(self) -> int:
        """The number of octets of the whole document."""
        return self._size

    def admit(self, document: Document) -> None:
        """Take a document that was read again, until `dismiss` is called."""
        if document.root is not None:
            self._admitted[document.root] = document

    def dismiss(self) -> None:
        """Forget the documents that were read again."""
        self._admitted.clear()

    def document_of(self, subject: Node | Element) -> Document | None:
        """Return the document that an element or model object is part of."""
        element = subject.element if isinstance(subject, Node) else subject
        root = element.getroottree().getroot()
        return self._base.get(root) or self._admitted.get(root)


class AggregateCheck:
    """One check of one aggregate."""

    def __init__(
        self,
        read: Read,
        source: str,
        context: Context,
        *,
        listed: str,
        sink: Sink,
        progress: Progress = lambda _: None,
        step: int = STEP,
        jobs: int = 1,
    ) -> None:
        """Take the octets by a function that reads them, and what takes the findings.

        With more than one job, other processes judge the slices; they are forks of this one.
        """
        self._jobs = jobs
        self._read = read
        self._source = source
        self._sink = sink
        self._progress = progress
        self._step = step
        self.plan = Plan("metadata", context, listed=listed)
        self._totals = Totals()
        self._facts = SetFacts(self.plan)
        self._kept: list[_Kept] = []
        self._counts = [0, 0, 0]
        self._size = 0
        self._on_frame: list[Finding] = []

    def run(self) -> Report:
        """Check everything and return the report, without the findings that the sink took.

        :raises NotSliceableError: when the document has to be read as a whole.
        """
        self._frame = frame_of(self._read)
        self._parts = Parts(self._frame, self._source)
        pieces = slices_of(self._read, self._frame, self._step)
        piece = next(pieces)
        first = self._parts.first(piece)
        if piece.last and len(first.entities) < _FEWEST:
            raise NotSliceableError
        framed = self._judge_frame(first)
        worker = Worker(self.plan, self._parts, framed.about_document)
        self._worker = worker
        digest = self._digest(first)
        if digest is not None:
            digest.start(last=piece.last)
        self._take(piece, worker.work(first, None))
        self._judge_rest(pieces, digest)
        case = self._case_of(first, digest)
        signed = judge(
            case,
            self.plan,
            frame_nodes(first.group),
            only=on_signatures,
            keep=outside,
            above=framed.about_document,
        )
        self._add(signed)
        above = framed.about_document | signed.about_document
        self._add(
            judge_sets(
                case,
                self.plan,
                self._facts,
                first.group,
                self._reopener(case),
                above,
                case.dismiss,
            )
        )
        for finding in sorted(self._on_frame, key=order_in_metadata):
            self._sink(finding)
        return make_report(
            self.plan.context,
            self.plan,
            sources=(self._source,),
            findings=(),
            totals=self._totals,
            facts=tuple(aggregate_facts(first.group, *self._counts)),
        )

    def _judge_frame(self, first: PartOfAggregate) -> Judgement:
        case = Case(
            kind="metadata",
            context=self.plan.context,
            documents=(first.document,),
            metadata=first.group,
        )
        found = (first.document, *frame_nodes(first.group))
        judged = judge(case, self.plan, found, only=not_on_signatures, keep=outside)
        self._add(judged)
        return judged

    def _judge_rest(self, pieces: Iterator[Slice], digest: RunningDigest | None) -> None:
        for piece, worked in self._worked(pieces, digest):
            if digest is not None and worked.octets is not None:
                digest.add(worked.octets, last=piece.last)
            self._take(piece, worked)

    def _worked(
        self, pieces: Iterator[Slice], digest: RunningDigest | None
    ) -> Iterator[tuple[Slice, Worked]]:
        """Yield each slice with what came of it, in order."""
        if self._jobs < _FEWEST:
            for piece in pieces:
                yield piece, self._worker.work_slice(piece, self._counts[0], digest)
            return
        from samlcheck.aggregate.pool import in_other_processes

        yield from in_other_processes(
            self._worker, pieces, digest, before=self._counts[0], jobs=self._jobs
        )

    def _add(self, judged: Judgement) -> None:
        """Take what was found on the frame; it is told last."""
        self._totals.add(judged.totals)
        self._on_frame.extend(judged.findings)

    def _take(self, piece: Slice, worked: Worked) -> None:
        """Take what came of one slice."""
        before = self._counts[0]
        self._kept.append(
            _Kept(
                offset=piece.offset,
                size=len(piece.octets),
                line=piece.line,
                column=piece.column,
                before=before,
            )
        )
        self._totals.add(worked.totals)
        self._facts.add(worked.facts, before)
        self._counts[0] += worked.entities
        self._counts[1] += worked.identity_providers
        self._counts[2] += worked.service_providers
        for finding in worked.findings:
            self._sink(finding)
        self._size = piece.offset + len(piece.octets)
        self._progress(self._size)

    def _digest(self, first: PartOfAggregate) -> RunningDigest | None:
        """Return the digest to compute for the signature of the root, if it has one that can be."""
        signatures = first.group.signatures
        if not signatures:
            return None
        try:
            if len(signatures) > 1:
                raise NotSliceableError
            return RunningDigest(signatures[0], self._parts.bare)
        except ValueError:
            raise NotSliceableError from None

    def _case_of(self, first: PartOfAggregate, digest: RunningDigest | None) -> _WholeCase:
        digests = {}
        if digest is not None:
            digests[digest.reference.element] = digest.value()
        return _WholeCase(first, self.plan.context, digests, self._size)

    def _reopener(self, case: _WholeCase) -> Callable[[int], EntityDescriptor]:
        """Return the function that reads an entity again by its number."""
        starts = [kept.before for kept in self._kept]
        held: dict[int, tuple[Slice, list[int]]] = {}

        def reopen(number: int) -> EntityDescriptor:
            place = bisect_right(starts, number) - 1
            kept = self._kept[place]
            if place not in held:
                if len(held) >= _MOST_HELD:
                    del held[next(iter(held))]
                piece = Slice(
                    offset=kept.offset,
                    line=kept.line,
                    column=kept.column,
                    octets=self._read(kept.offset, kept.size),
                    last=False,
                )
                held[place] = piece, [0, *ends_of(piece.octets)]
            piece, ends = held[place]
            within = number - kept.before
            if within + 1 >= len(ends):
                raise NotSliceableError
            part = self._parts.entity(piece, (ends[within], ends[within + 1]), number)
            case.admit(part.document)
            return part.entities[0]

        return reopen
