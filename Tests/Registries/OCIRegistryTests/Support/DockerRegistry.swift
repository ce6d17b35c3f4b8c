import Glibc
import TestSupport

@testable import OCIRegistry

/// Debian's registry on a port of this machine, with its files in a folder of the test.
final class DockerRegistry {
  let port: Int
  private let scratch: Scratch
  private let pid: pid_t

  struct Failure: Error {}

  var host: String { "127.0.0.1:\(port)" }
  /// Where what it stores lies.
  var folder: String { "\(scratch.path)/data" }

  /// A file with the certificate that it shows, if it is encrypted.
  private(set) var certificate: String?

  /// - Parameters:
  ///   - password: of `user`; nil for a registry that takes everybody.
  ///   - isEncrypted: with a certificate of its own.
  init(password: String? = nil, isEncrypted: Bool = false) throws {
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
          "subjectAltName=IP:127.0.0.1",
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
    for _ in 0..<100 where !isUp { usleep(50_000) }
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
    let session = RegistrySession(RegistryHost(host)!, over: NetworkTransport())
    let answer = try? session.router.send(
      HTTPCall(.GET, session.address("")), body: []
    ) { (_) throws(RegistryError) in nil }
    return answer != nil
  }
}

/// Starts a program.
func start(_ arguments: [String], output: String) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
  posix_spawn_file_actions_adddup2(&actions, 1, 2)
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  var pid: pid_t = 0
  guard posix_spawn(&pid, arguments[0], &actions, nil, &pointers, environ) == 0 else {
    throw DockerRegistry.Failure()
  }
  return pid
}

/// Runs a program to its end and returns its status.
func run(_ arguments: [String], output: String = "/dev/null") -> Int32 {
  guard let pid = try? start(arguments, output: output) else { return -1 }
  var status: Int32 = 0
  waitpid(pid, &status, 0)
  return status >> 8 & 0xff
}
