import Foundation
import Testing

/// Kills `zigttp deploy --local` at every system call that changes a file, one run each, and asks
/// afterwards whether the ledger still holds every line that was acknowledged.
///
/// The list of calls is taken from a trace of the command itself, so a call that is not tried does
/// not occur.
@Suite(.enabled(if: Programs.has("strace"), "strace is not installed"))
struct DeployCrashTests {
  /// The calls that can change a file or a folder.
  static let changing = [
    "openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "rename", "renameat",
    "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "ftruncate",
    "fallocate", "copy_file_range", "sendfile", "ioctl", "fchmod", "fchmodat", "chmod", "syncfs",
    "sync_file_range", "symlinkat",
  ]

  private func strace(_ project: Workspace, _ options: [String]) throws -> Command.Result {
    let strace = try #require(Programs.find("strace"), "strace is not installed")
    return try Command(
      executable: strace,
      arguments: options + ["-o", project.home + "/trace", Programs.zigttp, "deploy", "--local"],
      directory: project.path, environment: project.environment()
    ).run()
  }

  /// Each changing call of a deploy of a changed handler, with its place among the calls of that
  /// name: strace counts them a thread at a time.
  private func occurrences(_ project: Workspace) throws -> [(call: String, places: [Int])] {
    let result = try strace(project, ["-f", "-e", "trace=" + Self.changing.joined(separator: ",")])
    #expect(result.status == 0, "\(result.errors)")
    let trace = try String(contentsOfFile: project.home + "/trace", encoding: .utf8)
    var seen: [String: Int] = [:]
    var places: [String: Set<Int>] = [:]
    for line in trace.split(separator: "\n") {
      // "1234  fsync(5) = 0"
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      let call = String(words[1].drop { $0 == " " }.prefix { $0 != "(" })
      guard Self.changing.contains(call) else { continue }
      seen["\(words[0]) \(call)", default: 0] += 1
      // Opening a file that is there changes nothing.
      if call == "openat", !line.contains("O_CREAT"), !line.contains("O_TMPFILE") { continue }
      places[call, default: []].insert(seen["\(words[0]) \(call)", default: 0])
    }
    #expect(places["fsync"] != nil || places["fdatasync"] != nil)
    return places.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
  }

  @Test func noAcknowledgedLineIsLost() throws {
    let rehearsal = try Workspace(["handler.ts": Samples.greeter])
    try rehearsal.deploy()
    try rehearsal.write("handler.ts", Samples.greeterWithRoute)
    let calls = try occurrences(rehearsal)

    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    var cases = 0
    for (call, places) in calls {
      for occurrence in places {
        cases += 1
        // Another change each time, so that there is something to write.
        try project.write(
          "handler.ts",
          Samples.greeterWithRoute.replacingOccurrences(of: "\"1\"", with: "\"\(cases)\""))
        let before = try project.ledger()
        let killed = try strace(
          project, ["-f", "-e", "inject=\(call):signal=KILL:when=\(occurrence)"])
        let place = "\(call) #\(occurrence)"
        let acknowledged = killed.status == 0 ? before.count + 1 : before.count

        let list = try project.zigttp("proofs", "list", "--json")
        #expect(list.status == 0, "after a kill at \(place): \(list.errors)")
        let next = try project.zigttp("deploy", "--local")
        #expect(next.status == 0, "after a kill at \(place): \(next.errors)")
        let after = try project.ledger()
        #expect(Array(after.prefix(before.count)) == before, "after a kill at \(place)")
        #expect(after.count >= acknowledged + 1, "after a kill at \(place)")
        #expect(after.count <= before.count + 2, "after a kill at \(place)")
        for line in after.suffix(2) {
          #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
        }
        #expect(!project.has(".zigttp/append.next"))
      }
    }
    print("crash cases: \(cases), over \(calls.map(\.call).joined(separator: " "))")
    #expect(cases >= 20)
  }

  @Test func noInternetSocketIsOpened() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let result = try strace(project, ["-f", "-e", "trace=network"])
    #expect(result.status == 0, "\(result.errors)")
    let trace = try String(contentsOfFile: project.home + "/trace", encoding: .utf8)
    #expect(!trace.contains("AF_INET"))
  }
}
