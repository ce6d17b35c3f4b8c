import Testing

@testable import HandlerRuntime

@Suite("Dates, URLs and encodings of the modules")
struct ModulesPureTests {
  @Test func `A time is a number in the range of a date`() {
    #expect(CalendarTime.iso(milliseconds: 8.64e15) == "+275760-09-13T00:00:00.000Z")
    #expect(CalendarTime.http(milliseconds: -0.9) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(CalendarTime.parseISO("+275760-09-13".utf8) == 8.64e15)
    #expect(CalendarTime.parseISO("+275760-09-13T00:00:00.001Z".utf8) == nil)
    #expect(CalendarTime.parseISO("+999999-01-01".utf8) == nil)
    for ms in [Double.nan, .infinity, -.infinity, 8.64e15 + 1] {
      #expect(CalendarTime.iso(milliseconds: ms) == "")
      #expect(CalendarTime.http(milliseconds: ms) == "")
      #expect(CalendarTime.utc(ms) == nil)
    }
  }

  @Test func `Percent-encoding leaves the unreserved bytes alone`() {
    let text = "a-Z0._~ /?é+%"
    let encoded = PercentCoding.encode(Array(text.utf8))
    #expect(String(decoding: encoded, as: UTF8.self) == "a-Z0._~%20%2F%3F%C3%A9%2B%25")
    #expect(PercentCoding.decode(encoded, plusIsSpace: true) == Array(text.utf8))
    func decoded(_ text: String, _ plus: Bool) -> String {
      String(decoding: PercentCoding.decode(Array(text.utf8), plusIsSpace: plus), as: UTF8.self)
    }
    #expect(decoded("a+b%20c", true) == "a b c")
    #expect(decoded("a+b%20c", false) == "a+b c")
    #expect(decoded("100%", true) == "100%")
    #expect(decoded("%4", true) == "%4")
    #expect(decoded("%zz%41", true) == "%zzA")
    #expect(PercentCoding.isWellFormed(Array("%41a".utf8)))
    #expect(!PercentCoding.isWellFormed(Array("%4".utf8)))
    #expect(!PercentCoding.isWellFormed(Array("%4g".utf8)))
  }

  @Test func `Query strings are pairs`() {
    let pairs = PercentCoding.pairs(Array("?a=1&b=x%20y+z&c&=v&&a=2&d==".utf8)).map {
      "\(String(decoding: $0.name, as: UTF8.self))=\(String(decoding: $0.value, as: UTF8.self))"
    }
    #expect(pairs == ["a=1", "b=x y z", "c=", "=v", "a=2", "d=="])
    #expect(PercentCoding.pairs(Array("".utf8)).isEmpty)
    #expect(PercentCoding.pairs(Array("?".utf8)).isEmpty)
  }

  @Test func `URLs are taken apart`() throws {
    let url = try #require(URLParts("HTTPS://user:pw@Api.Example.com:8443/a/b?x=1&y#z?q"))
    #expect(url.scheme == "https")
    #expect(url.host == "api.example.com")
    #expect(url.port == 8443)
    #expect(url.path == "/a/b")
    #expect(url.query == "x=1&y")
    #expect(url.fragment == "z?q")
    #expect(url.origin == "https://api.example.com:8443")
    #expect(url.contractHost == "api.example.com:8443")
    #expect(url.requestTarget == "/a/b?x=1&y")
  }

  @Test(arguments: [
    ("https://a.b", "a.b", "/"), ("https://a.b:443/x", "a.b", "/x"),
    ("http://a.b:80?q", "http://a.b", "/?q"), ("http://A.b:8080", "http://a.b:8080", "/"),
    ("https://[::1]:9/x", "[::1]:9", "/x"), ("https://a.b:/x", "a.b", "/x"),
    ("https://evil.com@a.b/x", "a.b", "/x"),
  ]) func `A contract names a host in one way`(text: String, host: String, target: String) throws {
    let url = try #require(URLParts(text))
    #expect(url.contractHost == host)
    #expect(url.requestTarget == target)
  }

  @Test func `A reference has a path and no host`() throws {
    let url = try #require(URLParts("/p?q#f"))
    #expect(url.host == nil && url.scheme == nil && url.origin == nil)
    #expect(url.path == "/p" && url.query == "q" && url.fragment == "f")
  }

  @Test(arguments: [
    "", "a", "//host/x", "https:/a", "https://", "https:///x", "https://a b/", "https://a/\n",
    "https://a:0/", "https://a:65536/", "https://a:1x/", "https://a\\@b/", "1http://a", "://a",
    "https://[::1/x", "mailto:a@b", "https://a/\u{7F}",
  ]) func `What is not a URL is not taken apart`(text: String) {
    #expect(URLParts(text) == nil)
  }

  @Test func `Identifiers have their form and differ`() throws {
    let uuids = Set((0..<200).map { _ in Identifiers.uuid(random: .system) })
    #expect(uuids.count == 200)
    for id in uuids {
      let digits = Array(id)
      #expect(digits.count == 36)
      #expect([8, 13, 18, 23].allSatisfy { digits[$0] == "-" })
      #expect(digits[14] == "4" && "89ab".contains(digits[19]))
    }
    let counter = HostRandom { 0 }
    #expect(
      Identifiers.ulid(milliseconds: 1_469_918_176_385, random: counter)
        == "01ARYZ6S410000000000000000")
    let early = Identifiers.ulid(milliseconds: 1_469_918_176_385, random: .system)
    let late = Identifiers.ulid(milliseconds: 1_469_918_176_386, random: .system)
    #expect(early < late && early.utf8.count == 26)
    for length in [1, 2, 21, 255, 256] {
      let id = Identifiers.nanoid(length: length, random: .system)
      #expect(id.utf8.count == length)
      #expect(id.utf8.allSatisfy { HTTPFields.isTokenByte($0) })
    }
    #expect(
      Set((0..<200).map { _ in Identifiers.nanoid(length: 21, random: .system) }).count == 200)
  }

  @Test func `A random number stays below one`() {
    #expect(HostRandom { .max }.unitInterval() < 1)
    #expect(HostRandom { 0 }.unitInterval() == 0)
  }
}
