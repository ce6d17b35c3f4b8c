import Glibc
import Testing

@testable import HandlerRuntime

@Suite("HTTP messages")
struct ServerMessageTests {
  @Test func `A request gets its answer with length, date and type`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let answer = try exchange("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture)
    #expect(answer.status == 200)
    #expect(answer.body == "GET /a?b=c -")
    #expect(answer["content-length"] == "12")
    #expect(answer["content-type"] == "text/plain")
    #expect(answer["date"]?.hasSuffix(" GMT") == true)
    #expect(answer["connection"] == nil)
  }

  @Test func `One connection carries request after request`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    for index in 0..<5 {
      client.send("GET /\(index) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.readAnswer().body == "GET /\(index) -")
    }
  }

  @Test func `Pipelined requests are answered in their order`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    var batch = ""
    for index in 0..<50 {
      batch += "POST /\(index) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n\(10 + index)"
    }
    client.send(batch)
    for index in 0..<50 {
      #expect(try client.readAnswer().body == "POST /\(index) \(10 + index)")
    }
  }

  @Test func `A request that arrives byte by byte is read like any other`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    let request =
      "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "3\r\nabc\r\nA;note=1\r\n0123456789\r\n0\r\nX-Trailer: dropped\r\n\r\n"
    for byte in request.utf8 { client.send([byte]) }
    #expect(try client.readAnswer().body == "POST /x abc0123456789")
  }

  @Test func `HEAD has the length of the body and no body`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\nGET /g HTTP/1.1\r\nHost: x\r\n\r\n")
    let head = try client.readAnswer(hasBody: false)
    #expect(head["content-length"] == "9")
    #expect(try client.readAnswer().body == "GET /g -")
  }

  @Test(arguments: [204, 304]) func `A status without a body has none`(status: Int) throws {
    let fixture = try ServerFixture { _ in ServerFixture.text("never shown", status: status) }
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let answer = try client.readAnswer()
    #expect(answer.status == status)
    #expect(answer["content-length"] == nil)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readAnswer().status == status)
  }

  @Test func `100 Continue is sent before the body is`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send("PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    #expect(try client.readAnswer().status == 100)
    client.send("abc")
    #expect(try client.readAnswer().body == "PUT /x abc")
  }

  @Test func `An expected body that is too large is refused before it is sent`() throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send(
      "PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n")
    #expect(try client.readAnswer().status == 413)
    client.finishSending()
    #expect(client.isClosed)
  }

  @Test func `Closing is done when either side asks for it`() throws {
    let fixture = try ServerFixture { request in
      var response = ServerFixture.text("x")
      if request.target == "/bye" { response.headers.append(("connection", "close")) }
      return response
    }
    defer { _ = fixture.server.stop() }
    for request in [
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
      "GET /bye HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
      let client = try fixture.client()
      client.send(request)
      let answer = try client.readAnswer()
      #expect(answer["connection"] == "close")
      #expect(client.isClosed)
    }
    let old = try fixture.client()
    old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(try old.readAnswer()["connection"] == "keep-alive")
    old.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try old.readAnswer()["connection"] == "close")
  }

  @Test func `A peer that only closes its sending side still gets its answer`() throws {
    for execution in [Execution.onLoops, .onWorkers(1)] {
      let fixture = try ServerFixture(execution: execution)
      defer { _ = fixture.server.stop() }
      let client = try fixture.client()
      client.send("GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
      client.finishSending()
      #expect(client.readToEnd().hasSuffix("GET /last -"))
    }
  }

  @Test func `Framing fields of the handler are replaced by the server's`() throws {
    let fixture = try ServerFixture { _ in
      RuntimeResponse(
        status: 200,
        headers: [
          ("content-length", "3"), ("transfer-encoding", "chunked"), ("set-cookie", "a=1"),
          ("set-cookie", "b=2"), ("date", "today"),
        ], body: Array("twelve bytes".utf8))
    }
    defer { _ = fixture.server.stop() }
    let answer = try exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture)
    #expect(answer.fields.filter { $0.name == "content-length" }.map(\.value) == ["12"])
    #expect(answer["transfer-encoding"] == nil)
    #expect(answer.fields.filter { $0.name == "set-cookie" }.map(\.value) == ["a=1", "b=2"])
    #expect(answer.fields.filter { $0.name == "date" }.map(\.value) == ["today"])
  }

  @Test func `A large answer arrives whole, also to a peer that reads late`() throws {
    let body = String(repeating: "0123456789", count: 100_000)
    let fixture = try ServerFixture { _ in ServerFixture.text(body) }
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send(
      String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 20))
    for _ in 0..<20 { #expect(try client.readAnswer().body.utf8.count == 1_000_000) }
  }

  @Test func `A large answer is not cut short by closing`() throws {
    let body = String(repeating: "0123456789", count: 3_000_000)
    for execution in [Execution.onLoops, .onWorkers(1)] {
      let fixture = try ServerFixture(execution: execution) { _ in ServerFixture.text(body) }
      defer { _ = fixture.server.stop() }
      let told = try fixture.client()
      told.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let halfClosed = try fixture.client()
      halfClosed.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      halfClosed.finishSending()
      usleep(100_000)
      #expect(told.readToEnd().utf8.count > 30_000_000)
      #expect(halfClosed.readToEnd().utf8.count > 30_000_000)
      #expect(told.sawEnd && halfClosed.sawEnd)
    }
  }

  @Test
  func `An absolute target counts by its path and its host; fields keep their case and order`()
    throws
  {
    let fixture = try ServerFixture { request in
      ServerFixture.text(
        request.target + "|"
          + request.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ","))
    }
    defer { _ = fixture.server.stop() }
    let answer = try exchange(
      "GET http://h.example/p?q HTTP/1.1\r\nHost: x\r\nX-One:  a b \t\r\nx-one:\r\n\r\n",
      with: fixture)
    #expect(answer.body == "/p?q|Host=h.example,X-One=a b,x-one=")
  }

  @Test func `Fixed answers are given without the handler, to GET and HEAD alone`() throws {
    let fixture = try ServerFixture(fixed: FixedAnswers(["/about": ServerFixture.text("fixed")]))
    defer { _ = fixture.server.stop() }
    #expect(
      try exchange("GET /about?x HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture).body == "fixed")
    #expect(
      try exchange("POST /about HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture).body == "POST /about -"
    )
  }
}
