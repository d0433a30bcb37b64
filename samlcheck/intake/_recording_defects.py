"""What can be wrong with a recording of browser traffic, as against the messages in it."""

from samlcheck.xml import Defect


def nothing_recorded(kind: str, entries: int) -> Defect:
    """Report a recording in which no request carries a message."""
    requests = (
        "no requests" if not entries else "1 request" if entries == 1 else f"{entries} requests"
    )
    return Defect(
        rule="transport-no-saml-parameter",
        message=f"the {kind} has {requests}, and none of them carries SAMLResponse or SAMLRequest: "
        'start recording before the login begins, keep the log across pages ("preserve log"), and '
        "export it with content",
        expected="a request with SAMLResponse",
        actual=requests,
    )


def unreadable_recording(kind: str, entries: int) -> Defect:
    """Report a recording that is cut off or damaged."""
    return Defect(
        rule="transport-truncated",
        message=f"the {kind} is no whole JSON: it was cut off or changed by hand, and {entries} of "
        "its entries could be read",
        expected="a whole file",
        actual=f"{entries} entries that can be read",
    )


def hidden_values(kind: str) -> Defect:
    """Report values that were blotted out at export."""
    return Defect(
        rule="transport-unsupported-capture",
        message=f"the values of the parameters were replaced when the {kind} was exported: export "
        "it again without hashing or obfuscating values, and keep the file to yourself",
        expected="the values as they were sent",
        actual="hashed or obfuscated values",
    )


def not_all(found: int, taken: int) -> Defect:
    """Report messages that were left out because there are too many."""
    return Defect(
        rule="transport-message-too-large",
        message=f"the recording holds {found} messages; the last {taken} of them were read",
        expected=f"at most {taken} messages",
        actual=f"{found} messages",
    )
