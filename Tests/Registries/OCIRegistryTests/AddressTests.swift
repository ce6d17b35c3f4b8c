import Testing

@testable import OCIRegistry

/// Addresses and what headers say of them.
@Suite struct AddressTests {
  @Test func anAddressIsTakenApart() throws {
    let address = try #require(WebAddress("HTTPS://Reg.example:444/v2/a?x=1&y=2#z"))
    #expect(address.origin == .init(scheme: .https, name: "reg.example", port: 444))
    #expect(address.path == "/v2/a")
    #expect(address.query == "x=1&y=2")
    #expect(address.description == "https://reg.example:444/v2/a?x=1&y=2")
    #expect(address.shown == "reg.example:444/v2/a")
    #expect(WebAddress("http://a")?.description == "http://a/")
    #expect(WebAddress("http://a?x")?.description == "http://a/?x")
    #expect(WebAddress("http://[::1]:1/")?.host.description == "[::1]:1")
    #expect(WebAddress("https://a")?.origin == WebAddress("https://a:443/")?.origin)
  }

  @Test(arguments: [
    "ftp://a/", "http:/a", "//a/", "http://", "http://u:p@a/", "http://a/ b", "http://a/\r\nX: y",
    "http://a/é", "http://a:x/", "file:///etc/passwd",
  ])
  func whatIsNoAddressIsNone(text: String) { #expect(WebAddress(text) == nil) }

  @Test(arguments: [
    ("/x?y", "http://a:1/x?y"), ("x", "http://a:1/b/x"), ("../x", "http://a:1/x"),
    ("./x/./y/../z", "http://a:1/b/x/z"), ("../../../x", "http://a:1/x"),
    ("?q", "http://a:1/b/c?q"), ("//b/x", "http://b/x"), ("https://b/x", "https://b/x"),
    ("", "http://a:1/b/c?d"), ("..", "http://a:1/"),
  ])
  func aReferenceLeadsSomewhere(reference: String, target: String) throws {
    let base = try #require(WebAddress("http://a:1/b/c?d"))
    #expect(base.resolving(reference)?.description == target)
  }

  @Test func someReferencesLeadNowhere() throws {
    let base = try #require(WebAddress("http://a/b"))
    for text in ["javascript:x", "ftp://a/", "http://u@b/", "/ x", "mailto:a@b", "http:x"] {
      #expect(base.resolving(text) == nil, "\(text)")
    }
  }

  @Test func anItemIsAddedToAQuery() throws {
    let plain = try #require(WebAddress("http://a/b"))
    #expect(plain.adding("digest", "sha256:00").query == "digest=sha256:00")
    #expect(plain.adding("a", "b&c=d e").adding("f", "g").query == "a=b%26c%3Dd%20e&f=g")
  }

  @Test func linksAreRead() {
    let links = PageLink.read(
      #"</a?x=1,2;3>; rel="prev"; title="a, \"b\"; rel=next", </b>;rel=Next , <c> ; REL = "x next""#
    )
    #expect(
      links == [
        PageLink(target: "/a?x=1,2;3", relations: ["prev"]),
        PageLink(target: "/b", relations: ["next"]),
        PageLink(target: "c", relations: ["x", "next"]),
      ])
    #expect(PageLink.read("nothing") == [])
    #expect(PageLink.read("<a") == [])
    #expect(PageLink.read("<a>;;;") == [PageLink(target: "a", relations: [])])
  }

  @Test func whenToComeAgainIsRead() {
    #expect(RetryAfter.wait("7", now: 0) == .seconds(7))
    #expect(RetryAfter.wait("Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_770) == .seconds(7))
    #expect(RetryAfter.wait("Sun, 06 Nov 1994 08:49:37 GMT", now: 884_111_770) == .zero)
    for text in ["", "-1", "1.5", "soon", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT"] {
      #expect(RetryAfter.wait(text, now: 0) == nil, "\(text)")
    }
  }

  @Test func thePositionOfAnUploadIsRead() {
    #expect(UploadPosition.read("0-99") == 100)
    #expect(UploadPosition.read("bytes=0-99") == 100)
    #expect(UploadPosition.read("0-0") == 0)
    for text in [nil, "", "1-9", "0", "0-", "0-x", "0--1", "0-99999999999999999999"] {
      #expect(UploadPosition.read(text) == nil)
    }
  }
}
