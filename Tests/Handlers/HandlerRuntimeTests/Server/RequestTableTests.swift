import Testing

@testable import HandlerRuntime

/// RFC 9110 and RFC 9112, request by request.
@Suite("The table of requests")
struct RequestTableTests {
  private static let echo: @Sendable (RuntimeRequest) -> RuntimeResponse = { request in
    let host = request.headers.first { HTTPFields.lowered($0.name) == "host" }?.value ?? "-"
    let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    return ServerFixture.text("\(request.method) \(request.target) \(host) \(body)")
  }

  @Test func `Every request gets what the table says, and nothing behind it is smuggled`() throws {
    let fixture = try ServerFixture(Self.echo)
    defer { _ = fixture.server.stop() }
    let rows = try RequestRow.all()
    #expect(rows.count >= 250)
    for row in rows {
      do { try check(row, fixture) } catch {
        Issue.record("\(row.testDescription): \(error)")
      }
    }
  }

  @Test func `It makes no difference how the bytes arrive`() throws {
    let fixture = try ServerFixture(Self.echo)
    defer { _ = fixture.server.stop() }
    for row in try RequestRow.all() where row.request.count < 200 {
      do { try check(row, fixture, isByteByByte: true) } catch {
        Issue.record("\(row.testDescription): \(error)")
      }
    }
  }

  private func check(
    _ row: RequestRow, _ fixture: ServerFixture, isByteByByte: Bool = false
  ) throws {
    let client = try fixture.client()
    if isByteByByte {
      client.sendWithoutDelay()
      for byte in row.request { client.send([byte]) }
    } else {
      client.send(row.request)
    }
    for (index, status) in row.statuses.enumerated() {
      var answer = try client.readAnswer(hasBody: !row.isHead)
      // A request whose body comes late is told to go on.
      if isByteByByte, answer.status == 100, status != 100 { answer = try client.readAnswer() }
      #expect(answer.status == status, "\(row.testDescription)")
      if index == 0, let body = row.body { #expect(answer.body == body, "\(row.testDescription)") }
      if index == row.statuses.count - 1, row.end == .close {
        #expect(answer["connection"] == "close", "\(row.testDescription)")
      }
    }
    switch row.end {
    case .open:
      client.send("GET /probe HTTP/1.1\r\nHost: p\r\n\r\n")
      #expect(try client.readAnswer().body == "GET /probe p -", "\(row.testDescription)")
    case .close:
      client.send("GET /probe HTTP/1.1\r\nHost: p\r\n\r\n")
      client.finishSending()
      #expect(client.isClosed, "\(row.testDescription)")
    case .wait: #expect(!client.hasInput, "\(row.testDescription)")
    }
  }
}

@Suite("What a response holds")
struct ResponseRuleTests {
  @Test(arguments: [204, 205, 304]) func `A status without a body has none`(status: Int) throws {
    let fixture = try ServerFixture { _ in ServerFixture.text("never shown", status: status) }
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    for _ in 0..<2 {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try client.readAnswer()
      #expect(answer.status == status)
      #expect(answer["content-length"] == (status == 205 ? "0" : nil))
    }
  }

  @Test(arguments: Array(0..<0x20) + [0x7F])
  func `A control character in a response's field is a fault, but for a tab`(code: Int) throws {
    let digits = String(code, radix: 16)
    let hex = String(repeating: "0", count: 4 - digits.count) + digits
    let fixture = try HandlerFixture(
      """
      export const handler = (req) =>
        Response.text("x", { headers: { "x-a": "a\\u\(hex)b" } });
      """)
    #expect(fixture.answer().status == (code == 9 ? 200 : 500))
  }
}
