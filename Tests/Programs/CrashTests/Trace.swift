import Foundation
import TestSupport

/// What strace wrote of one run.
struct Trace {
  /// One call of one thread.
  struct Call {
    var thread: Substring
    var name: String
    /// From the name on, as it was printed.
    var text: Substring
    /// Counted from 1 among the calls of that name in that thread, as strace counts for `when=`, or
    /// among those of them that change something (``SystemCall/isCountedAlone(_:)``).
    var place: Int
    /// Nil for a call that nobody has classified.
    var changes: Bool?
  }

  var calls: [Call] = []

  /// - Parameter text: the output of `strace -f -o`, for example `1234  fsync(5) = 0` a line.
  init(_ text: String) {
    var seen: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      let call = words[1].drop { $0 == " " }
      // The second half of a call that another thread interrupted, a signal, an end.
      guard let first = call.first, first.isLowercase, let bracket = call.firstIndex(of: "(") else {
        continue
      }
      let name = String(call[..<bracket])
      let changes = SystemCall.changes(name, call)
      if changes != false || !SystemCall.isCountedAlone(name) {
        seen["\(words[0]) \(name)", default: 0] += 1
      }
      calls.append(
        Call(
          thread: words[0], name: name, text: call, place: seen["\(words[0]) \(name)"] ?? 0,
          changes: changes))
    }
  }

  /// The calls that change files, in the order of their names, with every place at which a thread
  /// made one.
  var changing: [(name: String, places: [Int])] {
    let changing = calls.filter { $0.changes == true }
    return Dictionary(grouping: changing, by: \.name)
      .map { ($0.key, Set($0.value.map(\.place)).sorted()) }
      .sorted { $0.0 < $1.0 }
  }

  /// Names of calls that are in neither list.
  var unknown: Set<String> { Set(calls.filter { $0.changes == nil }.map(\.name)) }

  /// The first call of that name whose text has `part`.
  func first(_ name: String, _ part: String) -> Call? {
    calls.first { $0.name == name && $0.text.contains(part) }
  }
}

/// A run of `zigttp` under strace.
struct TracedRun {
  let result: Command.Result
  /// What strace wrote.
  let text: String

  /// Whether the fault that was asked for happened.
  var wasInjected: Bool { text.contains("(INJECTED)") || wasKilled }
  var wasKilled: Bool { text.contains("+++ killed by SIGKILL +++") }
  /// Whether the faulty call was one on the program's own stderr, which is then silent.
  var lostItsMessage: Bool {
    text.split(separator: "\n").contains {
      $0.contains("(INJECTED)") && $0.contains("write(2<")
    }
  }

  /// - Parameters:
  ///   - options: which calls to trace and what to do to them.
  ///   - program: the `zigttp` to run.
  init(
    _ options: [String], program: String, _ arguments: [String], in project: Workspace
  ) throws {
    let path = project.home + "/trace"
    let strace = ForeignPrograms.find("strace") ?? "/usr/bin/strace"
    result = try Command(
      executable: strace,
      arguments: ["-f", "-y"] + options + ["-o", path, program] + arguments,
      directory: project.path, environment: project.environment(CrashRuntime.environment)
    ).run()
    text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
