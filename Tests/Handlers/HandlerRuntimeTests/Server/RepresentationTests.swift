import Archive
import Testing

@testable import HandlerRuntime

@Suite("Compressed answers and their tags")
struct RepresentationTests {
  private static let text = String(repeating: "a line of text\n", count: 200)

  private func fixture(
    gzip: Bool = true, tags: Bool = false, execution: Execution = .onLoops,
    headers: [(name: String, value: String)] = [("content-type", "text/plain")],
    body: [UInt8] = Array(Self.text.utf8), status: Int = 200
  ) throws -> ServerFixture {
    var configuration = HTTPServer.Configuration()
    configuration.loops = 1
    configuration.execution = execution
    configuration.representation = Representation(compresses: gzip, tags: tags)
    let response = RuntimeResponse(status: status, headers: headers, body: body)
    return try ServerFixture(configuration) { _ in response }
  }

  /// The answer to a request with some fields, and its body's bytes.
  private func ask(
    _ fixture: ServerFixture, _ fields: String, method: String = "GET"
  ) throws -> (answer: TestClient.Answer, bytes: [UInt8]) {
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send("\(method) / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
    return try client.readAnswerBytes(hasBody: method != "HEAD")
  }

  @Test(arguments: [Execution.onLoops, .onWorkers(1)])
  func `A text is sent compressed to whoever takes it, and says so`(execution: Execution) throws {
    let (answer, bytes) = try ask(
      try fixture(execution: execution), "Accept-Encoding: gzip, br\r\n")
    #expect(answer["content-encoding"] == "gzip")
    #expect(answer["vary"] == "accept-encoding")
    #expect(bytes.count < Self.text.utf8.count / 4 && answer["content-length"] == "\(bytes.count)")
    #expect(try Gzip.decompress(bytes, limit: 1 << 20) == Array(Self.text.utf8))
  }

  @Test func `The answer to HEAD has the fields of the one to GET`() throws {
    let (get, bytes) = try ask(try fixture(), "Accept-Encoding: gzip\r\n")
    let (head, _) = try ask(try fixture(), "Accept-Encoding: gzip\r\n", method: "HEAD")
    #expect(head["content-length"] == "\(bytes.count)")
    #expect(head["content-encoding"] == get["content-encoding"])
  }

  @Test(arguments: [
    ("gzip", true), ("GZIP", true), ("x-gzip", true), ("*", true), ("deflate, gzip;q=0.5", true),
    ("br;q=1, *;q=0.1", true), ("gzip;q=1.0, identity;q=0.5", true), ("gzip ; q=0.001", true),
    ("", false), ("br, deflate", false), ("gzip;q=0", false), ("*;q=0", false),
    ("gzip;q=0, *", false), ("identity, gzip;q=0.5", false), ("gzip;q=x", false),
    ("gzip;q=2", false), ("gzipped", false), ("\"gzip\"", false),
  ])
  func `What a client takes is what it says`(accepted: String, isCompressed: Bool) throws {
    let (answer, bytes) = try ask(try fixture(), "Accept-Encoding: \(accepted)\r\n")
    #expect((answer["content-encoding"] == "gzip") == isCompressed)
    #expect((bytes == Array(Self.text.utf8)) == !isCompressed)
    #expect(answer["vary"] == "accept-encoding")
  }

  @Test func `Who says nothing gets the bytes as they are`() throws {
    let (answer, bytes) = try ask(try fixture(), "")
    #expect(answer["content-encoding"] == nil && bytes == Array(Self.text.utf8))
    let several = try ask(try fixture(), "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n")
    #expect(several.answer["content-encoding"] == "gzip")
  }

  @Test(arguments: [
    ("application/json", true), ("Application/JSON; charset=utf-8", true), ("image/svg+xml", true),
    ("application/problem+json", true), ("text/css", true), ("image/png", false),
    ("application/octet-stream", false), ("application/gzip", false), ("text/event-stream", false),
    ("video/mp4", false), ("", false),
  ])
  func `What is compressed already is left as it is`(type: String, isCompressed: Bool) throws {
    let fixture = try fixture(headers: type.isEmpty ? [] : [("content-type", type)])
    let (answer, _) = try ask(fixture, "Accept-Encoding: gzip\r\n")
    #expect((answer["content-encoding"] == "gzip") == isCompressed)
    #expect((answer["vary"] != nil) == isCompressed)
  }

  @Test(arguments: [
    ("content-encoding", "br"), ("content-range", "bytes 0-1/2"),
    ("cache-control", "a, No-Transform"),
    ("content-digest", "sha-256=:x:"), ("repr-digest", "sha-256=:x:"),
  ])
  func `What says what its bytes are keeps them`(name: String, value: String) throws {
    let fixture = try fixture(headers: [("content-type", "text/plain"), (name, value)])
    let (answer, bytes) = try ask(fixture, "Accept-Encoding: gzip\r\n")
    #expect(bytes == Array(Self.text.utf8) && answer[name] == value && answer["vary"] == nil)
  }

  @Test func `Little is not worth it, noise neither, and it can be switched off`() throws {
    let little = try ask(try fixture(body: Array("little".utf8)), "Accept-Encoding: gzip\r\n")
    #expect(little.answer["content-encoding"] == nil && little.answer["vary"] == nil)
    var state: UInt64 = 7
    let noise = (0..<4096).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    let answer = try ask(try fixture(body: noise), "Accept-Encoding: gzip\r\n")
    #expect(answer.bytes == noise && answer.answer["content-encoding"] == nil)
    let off = try ask(try fixture(gzip: false), "Accept-Encoding: gzip\r\n")
    #expect(off.answer["content-encoding"] == nil && off.answer["vary"] == nil)
  }

  @Test(arguments: [
    ("origin", "origin, accept-encoding"), ("*", "*"), ("Accept-Encoding", "Accept-Encoding"),
    ("a, accept-encoding", "a, accept-encoding"),
  ])
  func `What a handler says it depends on is kept`(given: String, sent: String) throws {
    let fixture = try fixture(headers: [("content-type", "text/plain"), ("vary", given)])
    let (answer, _) = try ask(fixture, "Accept-Encoding: gzip\r\n")
    #expect(answer.fields.filter { $0.name == "vary" }.map(\.value) == [sent])
  }

  @Test func `A strong tag of the handler's is weak once the bytes are others`() throws {
    let headers = [("content-type", "text/plain"), ("etag", "\"a\"")]
    let packed = try ask(try fixture(headers: headers), "Accept-Encoding: gzip\r\n")
    #expect(packed.answer["etag"] == "W/\"a\"")
    #expect(try ask(try fixture(headers: headers), "").answer["etag"] == "\"a\"")
  }

  // MARK: Tags

  @Test func `With tags a client that has an answer gets none of it again`() throws {
    let (first, _) = try ask(try fixture(tags: true), "")
    let tag = try #require(first["etag"])
    #expect(tag.hasPrefix("W/\"") && tag.utf8.count == 36)
    for accepted in ["", "Accept-Encoding: gzip\r\n"] {
      let headers = [
        ("content-type", "text/plain"), ("cache-control", "max-age=1"), ("x-a", "b"),
        ("content-language", "en"), ("content-location", "/x"),
      ]
      let (again, bytes) = try ask(
        try fixture(tags: true, headers: headers), "\(accepted)If-None-Match: \(tag)\r\n")
      #expect(again.status == 304 && bytes.isEmpty)
      #expect(again["etag"] == tag && again["cache-control"] == "max-age=1" && again["x-a"] == "b")
      #expect(again["content-location"] == "/x")
      for name in ["content-type", "content-length", "content-encoding", "content-language"] {
        #expect(again[name] == nil, "\(name)")
      }
    }
    let (other, _) = try ask(
      try fixture(tags: true, body: Array("other".utf8)), "If-None-Match: \(tag)\r\n")
    #expect(other.status == 200 && other["etag"] != tag)
  }

  @Test(arguments: [
    ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("\"b,\", W/\"a\"", true),
    (" * ", true),
    ("\"b\"", false), ("a", false), ("\"a", false), ("\"\"", false), ("\"A\"", false),
    ("\"x\"a\"", false),
  ])
  func `Tags are compared one by one, weakly`(given: String, isKnown: Bool) throws {
    let fixture = try fixture(
      tags: true, headers: [("content-type", "text/plain"), ("etag", "\"a\"")])
    let (answer, _) = try ask(fixture, "If-None-Match: \(given)\r\n")
    #expect(answer.status == (isKnown ? 304 : 200))
    #expect(answer["etag"] == "\"a\"")
  }

  @Test(arguments: [("POST", 200), ("PUT", 200), ("GET", 404), ("GET", 201)])
  func `Other methods and other statuses have no tag`(method: String, status: Int) throws {
    let fixture = try fixture(tags: true, status: status)
    let (answer, _) = try ask(fixture, "If-None-Match: *\r\n", method: method)
    #expect(answer.status == status && answer["etag"] == nil)
  }

  @Test func `Nothing has a tag unasked, nor what nobody may keep`() throws {
    let plain = try ask(
      try fixture(headers: [("content-type", "text/plain"), ("etag", "\"a\"")]),
      "If-None-Match: \"a\"\r\n")
    #expect(plain.answer.status == 200)
    #expect(try ask(try fixture(), "").answer["etag"] == nil)
    let kept = try ask(
      try fixture(tags: true, headers: [("cache-control", "private, no-store")]), "")
    #expect(kept.answer["etag"] == nil)
    let empty = try ask(try fixture(tags: true, body: []), "", method: "HEAD")
    #expect(empty.answer["etag"] == nil)
  }
}
