import FoundationEssentials
import Glibc
import Ingress
import TestSupport
import Testing

/// An ingress of a test, in this process.
final class TestIngress: Sendable {
  let server: IngressServer
  let routes: RoutesFolder

  init(
    _ ports: [String: Int?], trusted: [String] = [],
    _ change: (inout IngressLimits) -> Void = { _ in }
  ) throws {
    routes = try RoutesFolder(ports)
    var options = IngressOptions(host: "127.0.0.1", port: 0, routesFolder: routes.path)
    options.loops = 2
    options.trustedProxies = trusted.compactMap { TrustedProxy($0) }
    options.limits.drainSeconds = 10
    options.limits.holdMilliseconds = 200
    change(&options.limits)
    server = try IngressServer(options)
  }

  var port: Int { server.port }

  /// A client that asks a service.
  func client(_ service: String, _ headers: [String: String] = [:]) -> TestClient {
    TestClient(
      port: port, headers: ["Host": "\(service).localhost:\(port)"].merging(headers) { $1 })
  }

  /// Sends bytes on a connection of its own, and takes the one answer.
  func raw(_ text: String) throws -> TestClient.Reply {
    let connection = try TestClient.Connection(port: port)
    try connection.send(Array(text.utf8))
    return try connection.reply(isHead: text.hasPrefix("HEAD "))
  }
}

/// A folder with a file of routes.
final class RoutesFolder: Sendable {
  private let scratch: Scratch
  var path: String { scratch.path }

  init(_ ports: [String: Int?]) throws {
    scratch = try Scratch()
    try write(ports, generation: 1)
  }

  /// Replaces the file.
  func write(_ ports: [String: Int?], generation: Int64) throws {
    let table = RouteTable(
      generation: generation, ports: ports.mapValues { $0.map { UInt16($0) } })
    try Data(table.text.utf8).write(
      to: URL(fileURLWithPath: path + "/routes"), options: .atomic)
  }

  /// What the ingress of this process says.
  var status: IngressStatus? {
    (try? text(of: "\(path)/\(IngressStatus.filePrefix)\(getpid())")).flatMap { IngressStatus($0) }
  }

  /// Replaces the file, and waits for the ingress to go by it.
  func change(_ ports: [String: Int?], generation: Int64) throws {
    try write(ports, generation: generation)
    try eventually("the routes are read") { status?.generation == generation }
  }
}

/// Looks again and again until something holds.
func eventually(
  _ what: String, seconds: Int = 30, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Bool
) throws {
  for _ in 0..<(seconds * 200) {
    if try body() { return }
    usleep(5000)
  }
  Issue.record("it did not come to it: \(what)", sourceLocation: sourceLocation)
}
