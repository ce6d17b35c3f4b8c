import Foundation
import TestSupport

/// A running `zigttp dev` whose output is kept and whose input can be typed into.
final class DevProcess {
  let project: Workspace
  let port: Int
  private let process: Process
  private let input = Pipe()
  private let output: URL
  private let errors: URL

  /// Starts it and waits until it listens.
  init(_ project: Workspace, _ arguments: [String]) throws {
    self.project = project
    output = URL(fileURLWithPath: project.home + "/dev.out")
    errors = URL(fileURLWithPath: project.home + "/dev.err")
    for file in [output, errors] { try Data().write(to: file) }
    process = Process()
    process.executableURL = URL(fileURLWithPath: Programs.zigttp)
    process.arguments = ["dev", "-p", "0"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: project.path)
    process.environment = project.environment()
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let mark = "listening on http://127.0.0.1:"
    var found: Int?
    try Self.wait("it listens") { [errors] in
      let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
      guard let range = text.range(of: mark), text[range.upperBound...].contains("\n") else {
        return false
      }
      found = Int(text[range.upperBound...].prefix { $0.isNumber })
      return true
    }
    port = found ?? 0
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var printed: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
  var told: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  var server: Server { Server(address: "127.0.0.1", port: port) }

  /// Saves as editors do, in one step.
  func save(_ text: String, as name: String = "handler.ts") throws {
    try project.write(name, text, inOneStep: true)
  }

  func type(_ line: String) { input.fileHandleForWriting.write(Data((line + "\n").utf8)) }

  /// Waits for a condition, generously.
  static func wait(_ what: String, for condition: () throws -> Bool) throws {
    for _ in 0..<2400 {
      if (try? condition()) == true { return }
      usleep(25_000)
    }
    throw Server.Failure(description: "never: \(what)")
  }

  func waitForBody(_ body: String, at path: String = "/") throws {
    try Self.wait("\(body); \(told)") { try server.get(path).body.contains(body) }
  }

  func waitUntilTold(_ text: String) throws { try Self.wait(text) { told.contains(text) } }
  func waitUntilPrinted(_ text: String) throws { try Self.wait(text) { printed.contains(text) } }

  /// Asks it to end; its exit status.
  func stop() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits for its end.
  func status() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
