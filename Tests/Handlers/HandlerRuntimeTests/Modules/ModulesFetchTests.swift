import Files
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import HandlerRuntime

@Suite("fetch")
struct ModulesFetchTests {
  /// Answers with what it was sent.
  private static let mirror: @Sendable (RuntimeRequest) -> RuntimeResponse = { request in
    let fields = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    var response = ServerFixture.text("\(request.method) \(request.target)\n\(fields)\n\(body)")
    if request.target == "/redirect" {
      response.status = 302
      response.headers.append(("location", "http://elsewhere.example/"))
    }
    if request.target == "/large" { response.body = Array(repeating: 0x61, count: 100_001) }
    if request.target == "/cookies" {
      response.headers += [("set-cookie", "a=1"), ("set-cookie", "b=2")]
    }
    return response
  }

  private func handler(
    _ call: String, port: Int, hosts: [String]? = nil, limits: OutboundLimits = OutboundLimits()
  ) throws -> HandlerFixture {
    try HandlerFixture(
      """
      import { fetch } from "zigttp:fetch";
      const base = "http://127.0.0.1:\(port)";
      export function handler(req) {
        const r = \(call);
        return Response.json([r.status, r.ok, r.headers, r.text()]);
      }
      """, outbound: NetworkClient(limits: limits),
      contract: {
        $0.capabilities = ["network"]
        $0.egress.hosts = hosts ?? ["http://127.0.0.1:\(port)"]
      })
  }

  @Test func `A request carries method, fields and body; the answer comes back`() throws {
    let fixture = try ServerFixture(Self.mirror)
    defer { _ = fixture.server.stop() }
    let port = fixture.server.port
    let text = try handler(
      """
      fetch(`${base}/p?q=1`, { method: "PUT", headers: { "X-One": "1", host: "evil", "x-two": 2 },
        body: "héllo" })
      """, port: port
    ).text()
    #expect(text.hasPrefix("[200,true,"))
    #expect(text.contains(#""content-type":"text/plain""#))
    for line in [
      #"PUT /p?q=1\n"#, #"host: 127.0.0.1:\#(port)\n"#, #"x-one: 1\n"#, #"x-two: 2\n"#,
      #"content-length: 6\n"#, #"héllo"#, #"content-type: text/plain;charset=UTF-8"#,
    ] { #expect(text.contains(line), "\(line) in \(text)") }
    #expect(!text.contains("evil"))
  }

  @Test func `fetchSync is the same under its global name`() throws {
    let fixture = try ServerFixture(Self.mirror)
    defer { _ = fixture.server.stop() }
    #expect(
      try handler("fetchSync(base)", port: fixture.server.port).text().contains(#"GET /\n"#))
  }

  @Test func `A redirect is an answer where it is asked for`() throws {
    let fixture = try ServerFixture(Self.mirror)
    defer { _ = fixture.server.stop() }
    let text = try handler(
      "fetch(`${base}/redirect`, { redirect: \"manual\" })", port: fixture.server.port
    ).text()
    #expect(text.hasPrefix("[302,false,"))
    #expect(text.contains(#""location":"http://elsewhere.example/""#))
  }

  @Test func `What fails below HTTP has status 599 and a reason`() throws {
    let fixture = try ServerFixture(Self.mirror)
    let port = fixture.server.port
    var limits = OutboundLimits()
    limits.bodyBytes = 100_000
    #expect(
      try handler("fetch(`${base}/large`)", port: port, limits: limits).text().contains(
        "more than 100000 bytes"))
    #expect(
      try handler(
        "fetch(base, { method: \"POST\", body: \"a\".repeat(100001) })", port: port, limits: limits
      )
      .text().contains("more than 100000 bytes"))
    _ = fixture.server.stop()
    let refused = try handler("fetch(base)", port: port).text()
    #expect(refused.hasPrefix("[599,false,"))
    #expect(refused.contains("Connection refused"))
    #expect(try handler("fetch(\"nonsense\")", port: port).text().hasPrefix("[599,false,"))
    #expect(try handler("fetch(\"ftp://a.b/\")", port: port).text().hasPrefix("[599,false,"))
  }

  @Test(arguments: [
    ("get", "GET"), ("Post", "POST"), ("pUT", "PUT"), ("delete", "DELETE"), ("options", "OPTIONS"),
    ("patch", "patch"), ("PATCH", "PATCH"), ("propfind", "propfind"),
  ])
  func `A method is sent as the Fetch standard has it`(given: String, sent: String) throws {
    let fixture = try ServerFixture(Self.mirror)
    defer { _ = fixture.server.stop() }
    let text = try handler(
      "fetch(base + \"/x\", { method: \"\(given)\" })", port: fixture.server.port
    ).text()
    #expect(text.contains("\(sent) /x"), "\(text)")
  }

  @Test(arguments: [
    "{ method: \"CONNECT\" }", "{ method: \"connect\" }", "{ method: \"TRACE\" }",
    "{ method: \"Trace\" }", "{ method: \"track\" }", "{ method: \"TRACE\", body: \"x\" }",
    "{ method: \"G T\" }", "{ method: \"\" }", "{ body: \"x\" }",
    "{ method: \"GET\", body: \"x\" }",
    "{ method: \"get\", body: \"\" }", "{ method: \"head\", body: \"x\" }",
  ])
  func `What the Fetch standard refuses is a fault and is not sent`(options: String) throws {
    let count = Counter()
    let fixture = try ServerFixture { request in
      count.add()
      return Self.mirror(request)
    }
    defer { _ = fixture.server.stop() }
    let answer = try handler("fetch(base, \(options))", port: fixture.server.port).answer()
    #expect(answer.status == 500)
    #expect(count.value == 0)
  }

  // As node's `new URL` has them, and what RFC 3986 does not let stand encoded.
  @Test(arguments: [
    (#"/é"#, "/%C3%A9"), (#"/"<>`{}"#, "/%22%3C%3E%60%7B%7D"), ("/a b", "/a%20b"), ("/^", "/%5E"),
    ("/|~[]!$&'()*+,;=:@", "/%7C~[]!$&'()*+,;=:@"), ("/%41%zz%", "/%41%zz%"), ("/a\\\\b", "/a/b"),
    ("/a/../b", "/b"), ("/a/./b/", "/a/b/"), ("/a/..", "/"), ("/..", "/"), ("/a/%2e%2E/b", "/b"),
    ("/?é'\\\"<>`{}^|", "/?%C3%A9%27%22%3C%3E%60%7B%7D%5E%7C"), ("/?a b\\\\", "/?a%20b%5C"),
    ("/x#é", "/x"),
    ("/a\\tb\\nc ", "/abc"), ("/\\u0001x", "/%01x"), ("?é", "/?%C3%A9"),
  ])
  func `A path and a query are encoded as the URL standard does`(
    given: String, sent: String
  ) throws {
    let fixture = try ServerFixture { ServerFixture.text($0.target) }
    defer { _ = fixture.server.stop() }
    let quoted = given.hasPrefix("/\"") ? "'\(given)'" : "\"\(given)\""
    let handler = try HandlerFixture(
      """
      import { fetch } from "zigttp:fetch";
      export const handler = (req) =>
        Response.text(fetch("http://127.0.0.1:\(fixture.server.port)" + \(quoted)).text());
      """, outbound: NetworkClient(),
      contract: {
        $0.capabilities = ["network"]
        $0.egress.hosts = ["http://127.0.0.1:\(fixture.server.port)"]
      })
    #expect(handler.text() == sent)
  }

  @Test func `An answer that does not come in time is given up`() throws {
    try withWait { wait in
      let fixture = try ServerFixture(execution: .onWorkers(1)) { _ in
        wait()
        return ServerFixture.text("late")
      }
      var limits = OutboundLimits()
      limits.seconds = 1
      let text = try handler("fetch(base)", port: fixture.server.port, limits: limits).text()
      #expect(text.hasPrefix("[599,false,"))
      #expect(text.contains("no answer within 1 s"))
    }
  }

  // A handler must not outlive its test: the flag is set when the body returns.
  private func withWait(_ body: (@escaping @Sendable () -> Void) throws -> Void) throws {
    final class Flag: Sendable { let isSet = Atomic<Bool>(false) }
    let flag = Flag()
    defer { flag.isSet.store(true, ordering: .relaxed) }
    try body { while !flag.isSet.load(ordering: .relaxed) { usleep(1000) } }
  }

  @Test func `A host outside the contract is refused and no connection made`() throws {
    let count = Counter()
    let fixture = try ServerFixture { request in
      count.add()
      return Self.mirror(request)
    }
    defer { _ = fixture.server.stop() }
    let refused = try handler("fetch(base)", port: fixture.server.port, hosts: ["127.0.0.1"])
    #expect(refused.answer().status == 500)
    #expect(refused.log.texts[0].contains("is not in the contract"))
    #expect(refused.log.texts[0].contains(#""kind":"refused""#))
    #expect(count.value == 0)
  }

  @Test func `A header that would break the message is a fault`() throws {
    let fixture = try handler("fetch(base, { headers: { a: \"b\\r\\nc: d\" } })", port: 1)
    #expect(fixture.answer().status == 500)
    #expect(
      fixture.log.texts[0].contains("fetch: header of another name holds a control character"))
  }

  final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
  }
}

@Suite("fetch over TLS")
struct ModulesFetchTLSTests {
  /// Says `HTTP/1.1 200 OK` once something was received over TLS.
  private final class Hello: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret"
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
  }

  private func withServer(
    version: TLSVersion? = nil, _ body: (_ port: Int, _ folder: String) throws -> Void
  ) throws {
    var template = Array("/tmp/zigttp-test-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    defer {
      for name in ["cert.pem", "key.pem"] { unlink(folder + "/" + name) }
      rmdir(folder)
    }
    for (name, text) in [
      ("cert.pem", TestCertificate.certificate), ("key.pem", TestCertificate.key),
    ] {
      let descriptor = open(folder + "/" + name, O_WRONLY | O_CREAT, 0o600)
      try? LinuxFileSystem().writeAll(descriptor, Array(text.utf8))
      close(descriptor)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(folder + "/cert.pem").map {
        .certificate($0)
      }, privateKey: .privateKey(try NIOSSLPrivateKey(file: folder + "/key.pem", format: .pem)))
    if let version {
      configuration.minimumTLSVersion = version
      configuration.maximumTLSVersion = version
    }
    let context = try NIOSSLContext(configuration: configuration)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let channel = try ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          try channel.pipeline.syncOperations.addHandler(Hello())
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    try body(try #require(channel.localAddress?.port), folder)
  }

  private func fetch(_ url: String, roots: [String]) throws -> RuntimeResponse {
    NetworkClient(certificateFiles: roots).send(
      OutboundRequest(method: "GET", url: try #require(URLParts(url))))
  }

  @Test func `A trusted server answers, any other does not`() throws {
    try withServer { port, folder in
      let roots = [folder + "/absent.pem", folder + "/cert.pem"]
      let answer = try fetch("https://localhost:\(port)/", roots: roots)
      #expect(answer.status == 200)
      #expect(String(decoding: answer.body, as: UTF8.self) == "secret")
      let wrongName = try fetch("https://127.0.0.1:\(port)/", roots: roots)
      #expect(wrongName.status == 599)
      if access(NetworkClient.systemCertificates, R_OK) == 0 {
        let untrusted = try fetch(
          "https://localhost:\(port)/", roots: [NetworkClient.systemCertificates])
        #expect(untrusted.status == 599)
        let reason = String(decoding: untrusted.body, as: UTF8.self)
        #expect(reason.hasPrefix("fetch: TLS: ") && !reason.contains("/"))
      }
    }
  }

  @Test(arguments: [
    (TLSVersion.tlsv1, 599), (.tlsv11, 599), (.tlsv12, 200), (.tlsv13, 200),
  ])
  func `TLS is spoken from version 1.2 up`(version: TLSVersion, status: Int) throws {
    try withServer(version: version) { port, folder in
      let answer = try fetch("https://localhost:\(port)/", roots: [folder + "/cert.pem"])
      #expect(answer.status == status)
    }
  }

  @Test func `Without trusted roots the answer names the files`() throws {
    let answer = try fetch("https://localhost:1/", roots: ["/no/such.pem", "/nor/this.pem"])
    #expect(answer.status == 599)
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(text.contains("/no/such.pem") && text.contains("/nor/this.pem"))
  }
}
