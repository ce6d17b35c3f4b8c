import Foundation
import Glibc
import Testing

@testable import HandlerRuntime

@Suite("The program speaks TLS")
struct ProgramTLSTests {
  /// A handler with a certificate beside it.
  private final class Served {
    let fixture: PackedFixture
    var certificate: String { fixture.root + "/cert.pem" }
    var key: String { fixture.root + "/key.pem" }

    init(_ source: String = PackedFixture.plain) throws {
      fixture = try PackedFixture(source)
      try show(TestCertificate.certificate, TestCertificate.key)
    }

    func show(_ certificate: String, _ key: String) throws {
      try fixture.write(Array(certificate.utf8), to: self.certificate)
      try fixture.write(Array(key.utf8), to: self.key)
    }

    func start(_ arguments: [String] = []) throws -> RunningProgram {
      try RunningProgram(
        PackedFixture.runtime,
        [
          "serve", try fixture.folder(), "--port", "0", "--loops", "1", "--tls-cert", certificate,
          "--tls-key", key,
        ] + arguments, in: fixture.root)
    }

    /// What a client that trusts one certificate gets.
    func get(
      _ path: String, port: Int, trusting certificate: String,
      headers: [(name: String, value: String)] = []
    ) throws -> RuntimeResponse {
      let roots = fixture.root + "/roots.pem"
      try fixture.write(Array(certificate.utf8), to: roots)
      var limits = OutboundLimits()
      limits.bodyBytes = 64 << 20
      let url = try #require(URLParts("https://localhost:\(port)\(path)"))
      return NetworkClient(limits: limits, certificateFiles: [roots]).send(
        OutboundRequest(method: "GET", url: url, headers: headers))
    }
  }

  @Test func `It is said to be https, and answers whoever trusts the certificate`() throws {
    let served = try Served()
    let program = try served.start()
    let port = try #require(program.port())
    #expect(program.standardError.contains("listening on https://127.0.0.1:\(port)\n"))
    let answer = try served.get("/x", port: port, trusting: TestCertificate.certificate)
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self).contains(#""path":"/x""#))
    #expect(try served.get("/x", port: port, trusting: TestCertificate.other).status == 599)
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }

  @Test(arguments: ["keep-alive", "close"])
  func `A large answer arrives whole, and the connection ends when it should`(
    connection: String
  ) throws {
    let served = try Served(
      #"export const handler = (req) => Response.text("0123456789".repeat(3000000));"#)
    let program = try served.start(["--max-memory", "400000000"])
    let port = try #require(program.port())
    let answer = try served.get(
      "/", port: port, trusting: TestCertificate.certificate,
      headers: [("connection", connection)])
    #expect(answer.status == 200 && answer.body.count == 30_000_000)
  }

  @Test func `Who speaks no TLS, or an older one, gets nothing, and others are answered meanwhile`()
    throws
  {
    let served = try Served()
    let program = try served.start()
    let port = try #require(program.port())
    let silent = try TestClient(port: port)
    let plain = try TestClient(port: port)
    plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(!plain.readToEnd().contains("HTTP/1.1 "))
    // A greeting of TLS 1.1, cut off.
    let old = try TestClient(port: port)
    old.send(
      [22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2] + [UInt8](repeating: 7, count: 32) + [
        0, 0, 2, 0, 0x2F, 1, 0,
      ])
    #expect(!old.readToEnd().isEmpty && old.sawEnd)
    let answer = try served.get("/", port: port, trusting: TestCertificate.certificate)
    #expect(answer.status == 200)
    #expect(!silent.hasInput)
  }

  @Test func `SIGHUP shows new connections what the files hold then, or keeps what was`() throws {
    let served = try Served()
    let program = try served.start()
    let port = try #require(program.port())
    try served.show(TestCertificate.other, TestCertificate.otherKey)
    #expect(try served.get("/", port: port, trusting: TestCertificate.certificate).status == 200)
    program.signal(SIGHUP)
    while !program.standardError.contains("were read again") { usleep(2000) }
    #expect(try served.get("/", port: port, trusting: TestCertificate.other).status == 200)
    #expect(try served.get("/", port: port, trusting: TestCertificate.certificate).status == 599)
    try served.show(TestCertificate.certificate, TestCertificate.otherKey)
    program.signal(SIGHUP)
    while !program.standardError.contains("nothing was changed") { usleep(2000) }
    #expect(
      program.standardError.contains(
        "the key in \(served.key) is not that of the certificate in \(served.certificate)"))
    #expect(try served.get("/", port: port, trusting: TestCertificate.other).status == 200)
  }

  @Test func `What cannot be used ends the start, with the file and what is wrong`() throws {
    let served = try Served()
    let (good, goodKey) = (TestCertificate.certificate, TestCertificate.key)
    for (certificate, key, mark) in [
      (
        good, TestCertificate.otherKey, "the key in \(served.key) is not that of the certificate in"
      ),
      ("no", goodKey, "--tls-cert: \(served.certificate) holds no certificate in PEM form"),
      ("", goodKey, "--tls-cert: \(served.certificate) holds no certificate in PEM form"),
      (goodKey, goodKey, "--tls-cert: \(served.certificate) holds no certificate in PEM form"),
      (good, "no", "--tls-key: \(served.key) holds no private key in PEM form"),
      (good, good, "--tls-key: \(served.key) holds no private key in PEM form"),
      (TestCertificate.other, TestCertificate.lockedKey, "or one under a password"),
    ] {
      try served.show(certificate, key)
      let program = try served.start()
      #expect(program.exitCode() == 1)
      #expect(program.standardError.contains(mark), "\(mark): \(program.standardError)")
      #expect(!program.standardError.contains("BoringSSL"))
    }
    unlink(served.key)
    let program = try served.start()
    #expect(program.exitCode() == 1)
    #expect(program.standardError.contains("\(served.key): No such file or directory"))
  }

  @Test func `A certificate that has expired is told, and served`() throws {
    let served = try Served()
    try served.show(TestCertificate.expired, TestCertificate.otherKey)
    let program = try served.start()
    let port = try #require(program.port())
    #expect(
      program.standardError.contains(
        "warning: the certificate in \(served.certificate) has expired: clients will refuse it"))
    #expect(try served.get("/", port: port, trusting: TestCertificate.expired).status == 599)
  }

  @Test(arguments: [["--tls-cert", "a"], ["--tls-key", "a"]])
  func `One without the other is a usage error`(arguments: [String]) throws {
    let fixture = try PackedFixture()
    let result = try RunningProgram.run(
      ["serve", try fixture.folder()] + arguments, in: fixture.root)
    #expect(
      result.code == 64 && result.err.contains("--tls-cert") && result.err.contains("--tls-key"))
  }
}
