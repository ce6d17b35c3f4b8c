import Glibc
import TestSupport

/// Debian's registry on a port of this machine, with its files in a folder of the test.
public final class DockerRegistry {
  /// Where it listens.
  public let port: Int
  private let scratch: Scratch
  private let pid: pid_t

  /// It cannot be started.
  public struct Failure: Error {}

  /// As a reference names it.
  public var host: String { "127.0.0.1:\(port)" }
  /// Where what it stores lies.
  public var folder: String { "\(scratch.path)/data" }

  /// A file with the certificate that it shows, if it is encrypted.
  public private(set) var certificate: String?

  /// - Parameters:
  ///   - password: of `user`; nil for a registry that takes everybody.
  ///   - isEncrypted: with a certificate of its own.
  public init(password: String? = nil, isEncrypted: Bool = false) throws {
    scratch = try Scratch()
    guard let program = ForeignPrograms.find("docker-registry") else { throw Failure() }
    // A port that nobody has now.
    let probe = try RawServer { _ in .silence }
    port = probe.port
    probe.stop()
    var auth = ""
    if let password {
      let file = "\(scratch.path)/htpasswd"
      guard let htpasswd = ForeignPrograms.find("htpasswd"),
        run([htpasswd, "-Bbc", file, "user", password]) == 0
      else { throw Failure() }
      auth = "auth:\n  htpasswd:\n    realm: test\n    path: \(file)\n"
    }
    var tls = ""
    if isEncrypted {
      let (key, file) = ("\(scratch.path)/key.pem", "\(scratch.path)/cert.pem")
      guard let openssl = ForeignPrograms.find("openssl"),
        run([
          openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
          "-keyout", key, "-out", file, "-days", "2", "-subj", "/CN=test", "-addext",
          "subjectAltName=IP:127.0.0.1,DNS:registry.test",
        ]) == 0
      else { throw Failure() }
      certificate = file
      tls = "  tls:\n    certificate: \(file)\n    key: \(key)\n"
    }
    let config = try scratch.write(
      "config.yml",
      Array(
        """
        version: 0.1
        log:
          level: error
        storage:
          filesystem:
            rootdirectory: \(scratch.path)/data
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:\(port)
        \(tls)\(auth)
        """.utf8))
    pid = try start([program, "serve", config], output: "\(scratch.path)/log")
    for _ in 0..<2400 where !isUp { usleep(50_000) }
    guard isUp else {
      stop()
      throw Failure()
    }
  }

  deinit { stop() }

  private func stop() {
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  private var isUp: Bool {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(connection) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
    } == 0
  }
}
