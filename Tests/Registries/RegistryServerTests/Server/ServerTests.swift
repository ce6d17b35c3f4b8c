import Digests
import Foundation
import HTTPListener
import JSON
import TestSupport
import Testing

@testable import RegistryServer

/// What a server does whatever is asked of it.
struct ServerTests {
  /// "Error Codes": a JSON body of `errors`, each with a code of capitals and underscores.
  @Test func everyErrorHasItsForm() async throws {
    let known = Set(RegistryError.Code.allCases.map(\.rawValue))
    try await TestRegistry.with { (registry) throws in
      let digest = Digest.sha256(of: "x")
      let requests = [
        ("GET", "/v2/a/blobs/\(digest)"), ("GET", "/v2/a/manifests/x"), ("GET", "/nothing"),
        ("PUT", "/v2/A/manifests/x"), ("POST", "/v2/a/blobs/uploads/?digest=x"),
        ("PATCH", "/v2/a/manifests/x"), ("GET", "/v2/a/referrers/x"), ("GET", "/v2/a/b/c/d"),
      ]
      for (method, path) in requests {
        let reply = try registry.ask(method, path, body: method == "GET" ? nil : [])
        #expect((400..<500).contains(reply.status), "\(method) \(path)")
        #expect(reply["content-type"] == "application/json")
        let errors = try #require(reply.json?["errors"]?.arrayValue)
        #expect(!errors.isEmpty)
        for error in errors {
          let code = try #require(error["code"]?.stringValue)
          #expect(known.contains(code) && code.wholeMatch(of: #/[A-Z_]+/#) != nil)
          #expect(error["message"]?.stringValue?.isEmpty == false)
        }
      }
    }
  }

  /// RFC 9110, section 15.5.6: 405 with what is allowed; 404 where nothing is.
  @Test func methodsAndPaths() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = Digest.sha256(of: "x")
      let allowed = [
        "/v2/": "GET, HEAD", "/v2/_catalog": "GET, HEAD", "/v2/a/tags/list": "GET, HEAD",
        "/v2/a/manifests/x": "GET, HEAD, PUT, DELETE",
        "/v2/a/blobs/\(digest)": "GET, HEAD, DELETE", "/v2/a/blobs/uploads/": "POST",
        "/v2/a/blobs/uploads/x": "GET, HEAD, PATCH, PUT, DELETE",
        "/v2/a/referrers/\(digest)": "GET, HEAD",
      ]
      for (path, methods) in allowed {
        let reply = try registry.ask("OPTIONS", path)
        #expect(reply.status == 405, "\(path)")
        #expect(reply.code == "UNSUPPORTED")
        #expect(reply["allow"] == methods)
      }
      for path in [
        "/", "/v1/", "/v2/a", "/v2/a/b/c", "/favicon.ico", "/v2/../healthz", "/v2//tags/list/x",
      ] {
        #expect(try registry.ask("GET", path).status == 404, "\(path)")
      }
    }
  }

  @Test func oneLineARequest() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1, 2, 3])
      _ = try registry.ask("GET", "/v2/test/app/blobs/\(digest)?secret=yes")
      _ = try registry.ask("GET", "/v2/%0a%1b[31m/tags/list", ["Authorization": "Bearer hidden"])
      // A line is written when its answer is gone.
      for _ in 0..<3000 where registry.log.count < 3 { usleep(20_000) }
      let log = registry.log
      #expect(log.count == 3, "\(log)")
      #expect(log[1].hasPrefix("GET /v2/test/app/blobs/\(digest) 200 3B "))
      #expect(log[1].hasSuffix("ms"))
      let all = log.joined()
      #expect(!all.contains("secret") && !all.contains("hidden"))
      #expect(all.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }
  }

  @Test func whatIsCounted() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([UInt8](repeating: 7, count: 1000))
      _ = try registry.ask("GET", "/v2/test/app/blobs/\(digest)")
      _ = try registry.ask("GET", "/v2/test/app/blobs/\(Digest.sha256(of: "x"))")
      _ = try registry.begin()
      // A request counts until its answer is gone.
      var reply = try registry.ask("GET", "/metrics")
      for _ in 0..<3000 where !reply.text.contains("requests_in_flight 1\n") {
        usleep(20_000)
        reply = try registry.ask("GET", "/metrics")
      }
      #expect(reply["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
      let lines = Set(reply.text.split(separator: "\n").map(String.init))
      for line in [
        "zigttp_registry_requests_total{method=\"POST\",code=\"201\"} 1",
        "zigttp_registry_requests_total{method=\"GET\",code=\"200\"} 1",
        "zigttp_registry_requests_total{method=\"GET\",code=\"404\"} 1",
        "zigttp_registry_received_bytes_total 1000", "zigttp_registry_repositories 1",
        "zigttp_registry_uploads_open 1", "zigttp_registry_requests_in_flight 1",
        "# TYPE zigttp_registry_request_seconds histogram",
      ] {
        #expect(lines.contains(line), "\(line)")
      }
    }
  }

  /// Each limit of a head: the connection ends with 400 or 431, the server goes on.
  @Test func headsThatAreTooLarge() async throws {
    try await TestRegistry.with { (registry) throws in
      let long = String(repeating: "x", count: 20 << 10)
      let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
      let heads = [
        "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-Long: \(long)\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n", "nonsense\r\n\r\n",
      ]
      for head in heads {
        let connection = try TestClient.Connection(port: registry.port)
        try connection.send(Array(head.utf8))
        let status = (try? connection.reply().status) ?? 0
        #expect([0, 400, 431].contains(status), "\(head.prefix(60))")
        #expect(try registry.ask("GET", "/v2/").status == 200)
      }
    }
  }

  @Test func bodiesThatAreTooLarge() async throws {
    try await TestRegistry.with(limits: .with(\.blob, 1000)) { (registry) throws in
      let bytes = [UInt8](repeating: 1, count: 1001)
      let single = try registry.ask(
        "POST", "/v2/a/blobs/uploads/?digest=\(Digest.sha256(of: bytes))", body: bytes)
      #expect(single.status == 413)
      #expect(single.code == "SIZE_INVALID")
      let location = try registry.begin("a")
      #expect(try registry.ask("PATCH", location, body: Array(bytes[..<600])).status == 202)
      #expect(try registry.ask("PATCH", location, body: Array(bytes[..<600])).status == 413)
      // Told before a byte of it is sent.
      let connection = try TestClient.Connection(port: registry.port)
      let head =
        "PUT /v2/a/manifests/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n"
      try connection.send(Array(head.utf8))
      let reply = try connection.reply()
      #expect(reply.status == 413)
      #expect(reply["connection"] == "close")
    }
  }

  @Test func uploadsThatAreTooMany() async throws {
    try await TestRegistry.with(limits: .with(\.uploads, 3)) { (registry) throws in
      let open = try (0..<3).map { _ in try registry.begin("a") }
      let reply = try registry.ask("POST", "/v2/a/blobs/uploads/", body: [])
      #expect(reply.status == 429)
      #expect(reply.code == "TOOMANYREQUESTS")
      #expect(reply["retry-after"] != nil)
      #expect(try registry.ask("DELETE", open[0]).status == 204)
      _ = try registry.begin("a")
    }
  }

  @Test func aConnectionOnWhichNothingComes() async throws {
    try await TestRegistry.with(idle: 1) { (registry) throws in
      for start in [
        "", "GET /v2/ HTT",
        "POST /v2/a/blobs/uploads/?digest=\(Digest.sha256(of: "abc")) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na",
      ] {
        let connection = try TestClient.Connection(port: registry.port)
        try connection.send(Array(start.utf8))
        // Whether it is told why or not, it does not stay open.
        _ = try? connection.reply()
        #expect(try connection.isAtEnd())
      }
      #expect(try registry.ask("GET", "/v2/").status == 200)
    }
  }

  /// RFC 9110, section 10.1.1: who waits for permission gets it.
  @Test func expectations() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = Digest.sha256(of: "abc")
      let connection = try TestClient.Connection(port: registry.port)
      let head =
        "POST /v2/a/blobs/uploads/?digest=\(digest) HTTP/1.1\r\nHost: localhost\r\n"
        + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
      try connection.send(Array(head.utf8))
      #expect(try connection.reply().status == 100)
      try connection.send(Array("abc".utf8))
      #expect(try connection.reply().status == 201)
    }
  }

  @Test func severalRequestsOnOneConnection() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1, 2, 3], to: "a")
      let connection = try TestClient.Connection(port: registry.port)
      let one = "GET /v2/a/blobs/\(digest) HTTP/1.1\r\nHost: localhost\r\n\r\n"
      try connection.send(Array((one + one).utf8))
      for _ in 0..<2 { #expect(try connection.reply().body == [1, 2, 3]) }
      let refused =
        "PUT /v2/A/manifests/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nxx"
      try connection.send(Array((refused + one).utf8))
      #expect(try connection.reply().status == 400)
      #expect(try connection.reply().body == [1, 2, 3])
    }
  }

  /// RFC 9112, section 9.3: a connection ends when a client of HTTP/1.1 says so, and lasts for one of
  /// HTTP/1.0 only when it asks for that, which it is told.
  @Test(arguments: [
    ("HTTP/1.1", nil, nil), ("HTTP/1.1", "keep-alive", nil), ("HTTP/1.1", "close", "close"),
    ("HTTP/1.1", "Close", "close"), ("HTTP/1.1", "x-other, close", "close"),
    ("HTTP/1.0", nil, "close"), ("HTTP/1.0", "x-other", "close"),
    ("HTTP/1.0", "keep-alive", "keep-alive"), ("HTTP/1.0", "Keep-Alive", "keep-alive"),
  ])
  func connectionsLastAsLongAsTheClientWants(
    version: String, asked: String?, told: String?
  ) async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1, 2, 3], to: "a")
      let connection = try TestClient.Connection(port: registry.port)
      let header = asked.map { "Connection: \($0)\r\n" } ?? ""
      let request =
        "GET /v2/a/blobs/\(digest) \(version)\r\nHost: localhost\r\n\(header)\r\n"
      try connection.send(Array(request.utf8))
      let reply = try connection.reply()
      #expect(reply.body == [1, 2, 3])
      #expect(reply["connection"] == told)
      if told == "close" {
        #expect(try connection.isAtEnd())
      } else {
        try connection.send(Array(request.utf8))
        #expect(try connection.reply().body == [1, 2, 3])
      }
    }
  }

  @Test func oneProcessAFolder() async throws {
    try await TestRegistry.with { (registry) throws in
      let error = #expect(throws: RegistryError.self) {
        try RegistryStore(folder: registry.folder)
      }
      #expect(error?.message.contains("serves this folder already") == true)
    }
  }

  @Test func tls() async throws {
    guard let openssl = ForeignPrograms.find("openssl"), let curl = ForeignPrograms.find("curl")
    else { return }
    let scratch = try Scratch()
    let (key, chain) = (scratch.path + "/key.pem", scratch.path + "/cert.pem")
    let made = try Tool.run(
      openssl,
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        key, "-out", chain, "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2",
      ])
    #expect(made.status == 0, "\(made.output)")
    try await TestRegistry.with(
      in: scratch, tls: ListenerOptions.TLS(certificates: chain, key: key)
    ) { (registry) throws in
      let answer = try Tool.run(
        curl, ["-sS", "--cacert", chain, "https://127.0.0.1:\(registry.port)/v2/", "-i"])
      #expect(answer.status == 0 && answer.output.hasPrefix("HTTP/1.1 200"), "\(answer.output)")
    }
  }
}
