"""Text, splits and path of an element; detached copies."""

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.xml import detach, read_document, splits, text_of, xpath_of
from samlcheck.xml.names import MD, SAML, SAMLP


def root_of(text: str) -> Element:
    document = read_document(text.encode())
    assert document.root is not None, document.defects
    return document.root


@pytest.mark.parametrize(
    ("content", "text", "number"),
    [
        ("", "", 0),
        ("alice@example.org", "alice@example.org", 0),
        ("alice@example.org<!-- -->.evil.example", "alice@example.org.evil.example", 1),
        ("a<?p q?>b", "ab", 1),
        ("a<b>no</b>c", "ac", 1),
        ("<!-- 1 -->a<!-- 2 --><b/>c<?p?>", "ac", 4),
        ("a<![CDATA[<b>]]>c&amp;&#100;", "a<b>c&d", 0),
        (" a\r\nb ", " a\nb ", 0),
    ],
)
def test_text_and_splits(content: str, text: str, number: int) -> None:
    root = root_of(f"<a>{content}</a>")
    assert text == text_of(root)
    assert number == len(splits(root))
    assert list(root) == splits(root)


PATHS = f"""<EntityDescriptor xmlns="{MD}" xmlns:x="urn:x" xmlns:saml="urn:not-saml">
  <SPSSODescriptor><AssertionConsumerService/><!-- c --><AssertionConsumerService/>
    <x:ext/><saml:Issuer/><?p?><other xmlns="urn:o"/><other xmlns="urn:o2"/><plain xmlns=""/>
  </SPSSODescriptor>
</EntityDescriptor>"""


def test_paths() -> None:
    root = root_of(PATHS)
    role = "/md:EntityDescriptor/md:SPSSODescriptor"
    assert "/md:EntityDescriptor" == xpath_of(root)
    assert [
        f"{role}/md:AssertionConsumerService[1]",
        f"{role}/comment()",
        f"{role}/md:AssertionConsumerService[2]",
        f"{role}/x:ext",
        f"{role}/*[local-name()='Issuer']",
        f"{role}/processing-instruction()",
        f"{role}/*[local-name()='other'][1]",
        f"{role}/*[local-name()='other'][2]",
        f"{role}/plain",
    ] == [xpath_of(node) for node in root[0]]


def test_paths_of_nodes_beside_the_root() -> None:
    root = root_of("<!-- 1 --><a/><!-- 2 -->")
    before, after = root.getprevious(), root.getnext()
    assert before is not None
    assert after is not None
    expected = ["/comment()[1]", "/a", "/comment()[2]"]
    assert expected == [xpath_of(before), xpath_of(root), xpath_of(after)]


def test_paths_of_many_elements_agree_with_single_ones() -> None:
    document = read_document(b"<a>" + b"<b><c/><!-- d --></b>" * 200 + b"</a>")
    assert document.root is not None
    nodes = list(document.root.iter())
    assert [xpath_of(node) for node in nodes] == [document.xpath(node) for node in nodes]
    assert "/a/b[200]/comment()" == document.xpath(nodes[-1])


RESPONSE = f"""<samlp:Response xmlns:samlp="{SAMLP}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns="urn:default">before<saml:Assertion xmlns:saml="{SAML}" ID="_1" b="2">
 <saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"
 >x&#13;<![CDATA[y]]></saml:AttributeValue><!-- c --><plain/></saml:Assertion
>after</samlp:Response>"""


def test_detached_element_keeps_its_namespaces_and_loses_its_tail() -> None:
    root = root_of(RESPONSE)
    assertion = root[0]
    copy = detach(assertion)
    assert copy.getparent() is None
    assert copy.tail is None
    assert assertion.nsmap == copy.nsmap
    assert "xs" in copy[0].nsmap
    assert "after" == assertion.tail
    assert ["ID", "b"] == list(copy.attrib)
    octets = etree.tostring(copy, method="c14n", exclusive=False)
    assert octets.startswith(b'<saml:Assertion xmlns="urn:default" xmlns:saml=')
    assert b'xmlns:xs="http://www.w3.org/2001/XMLSchema"' in octets
    assert b"x&#xD;y</saml:AttributeValue><!-- c --><plain></plain>" in octets


def test_detaching_leaves_the_original_alone() -> None:
    root = root_of(RESPONSE)
    before = etree.tostring(root)
    detach(root[0])[0].text = "changed"
    assert before == etree.tostring(root)


@pytest.mark.parametrize("used", ["p", "q"])
def test_detached_element_keeps_which_of_two_prefixes_it_uses(used: str) -> None:
    root = root_of(f"<r xmlns:p='urn:1' xmlns:q='urn:1' xmlns='urn:1'><{used}:e {used}:a='1'/></r>")
    copy = detach(root[0])
    assert used == copy.prefix
    assert f'<{used}:e xmlns="urn:1" xmlns:p="urn:1" xmlns:q="urn:1" {used}:a="1">' in (
        etree.tostring(copy, method="c14n").decode()
    )


def test_detached_root_equals_the_root() -> None:
    root = root_of("<?p?><a b='c'>d</a>")
    assert etree.tostring(root) == etree.tostring(detach(root))
