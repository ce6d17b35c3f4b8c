import Foundation
import TestSupport

/// A server that a test started, or one whose address it knows.
final class Server {
  struct Failure: Error, CustomStringConvertible { var description: String }
  struct Answer {
    var status: Int
    var body: String
  }

  let address: String
  let port: Int
  private var process: Child?

  init(address: String, port: Int, process: Child? = nil) {
    self.address = address
    self.port = port
    self.process = process
  }

  deinit { stop() }

  /// Starts a program that says where it listens on stderr, and waits for that.
  static func start(
    _ executable: String, _ arguments: [String], _ project: Workspace,
    environment: [String: String] = [:]
  ) throws -> Server {
    let log = project.home + "/server-\(UUID().uuidString).log"
    let process = try Child(
      Command(
        executable: executable, arguments: arguments, directory: project.path,
        environment: project.environment(environment)),
      output: "/dev/null", errors: log)
    for _ in 0..<4800 {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if let mark = text.range(of: "listening on http://") {
        let place = text[mark.upperBound...].prefix { !$0.isWhitespace }
        if let colon = place.lastIndex(of: ":"),
          let port = Int(place[place.index(after: colon)...]),
          text[mark.upperBound...].contains("\n")
        {
          return Server(address: String(place[..<colon]), port: port, process: process)
        }
      }
      guard process.isRunning else { throw Failure(description: "it ended: \(text)") }
      usleep(25_000)
    }
    kill(process.pid, SIGKILL)
    throw Failure(description: "it did not say where it listens")
  }

  /// A port that nothing listens on at this moment.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw Failure(description: "no free port") }
    return Int(UInt16(bigEndian: place.sin_port))
  }

  func waitUntilReady() throws {
    for _ in 0..<4800 {
      if (try? get("/health")) != nil { return }
      usleep(25_000)
    }
    throw Failure(description: "nothing answers on port \(port)")
  }

  func get(_ path: String) throws -> Answer { try ask(path, method: "GET", body: nil) }

  /// One request with curl: a client that is not ours.
  func ask(
    _ path: String, method: String, body: String?, headers: [String] = []
  ) throws -> Answer {
    let curl = ForeignPrograms.find("curl") ?? "/usr/bin/curl"
    var arguments = ["-sS", "--max-time", "10", "-X", method, "-w", "\n%{http_code}"]
    if let body { arguments += ["--data-binary", body] }
    for header in headers { arguments += ["-H", header] }
    let result = try Command(
      executable: curl, arguments: arguments + ["http://\(address):\(port)\(path)"], directory: "/"
    ).run()
    guard result.status == 0, let end = result.output.lastIndex(of: "\n"),
      let status = Int(result.output[result.output.index(after: end)...])
    else { throw Failure(description: result.errors) }
    return Answer(status: status, body: String(result.output[..<end]))
  }

  /// The process, while it is there.
  var pid: pid_t? { process?.pid }

  /// Ends the program where it is; nothing of it is run any more.
  func killNow() {
    guard let process else { return }
    self.process = nil
    kill(process.pid, SIGKILL)
    _ = process.wait()
  }

  /// Asks the program to end and gives its exit status.
  @discardableResult
  func stop() -> Int32 {
    guard let process else { return 0 }
    self.process = nil
    kill(process.pid, SIGTERM)
    return process.wait()
  }
}
