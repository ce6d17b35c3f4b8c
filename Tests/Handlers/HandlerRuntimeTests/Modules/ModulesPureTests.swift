import Testing

@testable import HandlerRuntime

@Suite("Dates, URLs and encodings of the modules")
struct ModulesPureTests {
  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    (951_782_399_999, "2000-02-28T23:59:59.999Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
    (1_776_602_096_789, "2026-04-19T12:34:56.789Z", "Sun, 19 Apr 2026 12:34:56 GMT"),
    (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
    (-62_198_755_200_000, "-000001-01-01T00:00:00.000Z", "Fri, 01 Jan -001 00:00:00 GMT"),
    (8.64e15, "+275760-09-13T00:00:00.000Z", "Sat, 13 Sep 275760 00:00:00 GMT"),
  ]) func `Times are written as ISO 8601 and HTTP dates`(ms: Double, iso: String, http: String) {
    #expect(CalendarTime.iso(milliseconds: ms) == iso)
    if ms > -1e13 { #expect(CalendarTime.http(milliseconds: ms) == http) }
    #expect(CalendarTime.parseISO(iso.utf8) == ms)
  }

  @Test func `A time outside the calendar has no text`() {
    for ms in [Double.nan, .infinity, -.infinity, 8.64e15 + 1] {
      #expect(CalendarTime.iso(milliseconds: ms) == "")
      #expect(CalendarTime.fields(milliseconds: ms) == nil)
    }
  }

  @Test func `Every day of eight centuries survives the round trip`() {
    var ms = -12_622_780_800_000.0
    while ms < 12_622_780_800_000 {
      #expect(CalendarTime.parseISO(CalendarTime.iso(milliseconds: ms).utf8) == ms)
      ms += 86_400_000 * 13
    }
  }

  @Test(arguments: [
    ("2026-04-19", 1_776_556_800_000.0), ("2026-04-19T12:34Z", 1_776_602_040_000),
    ("2026-04-19t12:34:56z", 1_776_602_096_000),
    ("2026-04-19T14:34:56.7+02:00", 1_776_602_096_700),
    ("2026-04-19T00:34:56.789123456-12:00", 1_776_602_096_789),
    ("2026-04-19T12:34:56", 1_776_602_096_000),
  ]) func `ISO 8601 is read with zones and fractions`(text: String, ms: Double) {
    #expect(CalendarTime.parseISO(text.utf8) == ms)
  }

  @Test(arguments: [
    "", "2026", "2026-4-19", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-19T",
    "2026-04-19T24:00Z", "2026-04-19T12:60Z", "2026-04-19T12:00:60Z", "2026-04-19 12:00Z",
    "2026-04-19T12:00:00.Z", "2026-04-19T12:00:00.1234567890Z", "2026-04-19T12:00+2:00",
    "2026-04-19T12:00Zx", "+999999-01-01", "2026-04-19T12:00:00,5Z",
  ]) func `What is not a date is not read`(text: String) {
    #expect(CalendarTime.parseISO(text.utf8) == nil)
  }

  @Test func `Base64 follows RFC 4648`() {
    let pairs = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("ä€😀", "w6Tigqzwn5iA"),
    ]
    for (plain, encoded) in pairs {
      #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
      #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
      #expect(Base64.decode(encoded.utf8.filter { $0 != UInt8(ascii: "=") }) == Array(plain.utf8))
    }
    #expect(Base64.decode(Array("-_-_".utf8)) == Base64.decode(Array("+/+/".utf8)))
    for bad in ["A", "AAAAA", "A=AA", "AA=", "AAAA=", "AA===", "A A=", "Zg==\n", "Zé"] {
      #expect(Base64.decode(Array(bad.utf8)) == nil, "\(bad)")
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
