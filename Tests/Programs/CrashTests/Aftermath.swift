import Foundation

/// What has to hold after a command was disturbed, and after the next deploy.
struct Aftermath {
  let project: Workspace
  let scenario: Scenario
  /// The ledger's lines before the command.
  let before: [String]
  /// Whether it said that all is well.
  let isAcknowledged: Bool
  let program: String

  private var adds: Int { scenario.adds }

  /// Everything that does not hold, in words.
  func problems() throws -> [String] {
    let disturbed = project.completeLines
    var problems = lines(disturbed, after: "the fault", atMost: before.count + adds)
    if isAcknowledged, disturbed.count != before.count + adds {
      problems.append("exit 0, but \(disturbed.count - before.count) of \(adds) lines are there")
    }
    if !scenario.startsDamaged { problems += try queries() }
    for arguments in scenario.first {
      let result = try project.run(program, arguments)
      if result.status != 0 {
        problems.append("\(arguments) ends with \(result.status): \(result.errors)")
      }
    }
    let next = try project.run(program, scenario.next)
    guard next.status == 0 else {
      return problems + ["the next deploy ends with \(next.status): \(next.errors)"]
    }
    let repaired = project.completeLines
    problems += lines(repaired, after: "the next deploy", atMost: before.count + adds + 1)
    if repaired.count <= disturbed.count { problems.append("the next deploy added no line") }
    if Array(repaired.prefix(disturbed.count)) != disturbed {
      problems.append("the next deploy changed lines that were there")
    }
    return try problems + fsck() + store(lineCount: repaired.count)
  }

  /// The ledger has what it had, and only whole lines more.
  private func lines(_ lines: [String], after what: String, atMost most: Int) -> [String] {
    var problems: [String] = []
    if Array(lines.prefix(before.count)) != before {
      problems.append("after \(what) a line that was acknowledged is gone or changed")
    }
    if lines.count > most { problems.append("after \(what) \(lines.count) lines, at most \(most)") }
    for line in lines where !Self.isObject(Data(line.utf8)) {
      problems.append("after \(what) half a line: \(line)")
    }
    return problems
  }

  /// Queries answer at once, before anybody repaired anything, and the ledger is what was signed.
  private func queries() throws -> [String] {
    guard project.has(".zigttp/oci-layout") else { return [] }
    var problems: [String] = []
    let list = try project.run(program, ["proofs", "list", "--json"])
    if list.status != 0 || !Self.isObject(Data(list.bytes)) {
      problems.append("proofs list ends with \(list.status): \(list.errors)")
    }
    return try before.isEmpty ? problems : problems + verification("the fault")
  }

  /// The checkpoint agrees with the ledger.
  private func verification(_ what: String) throws -> [String] {
    let result = try project.run(program, ["proofs", "verify"])
    return result.status == 0
      ? []
      : ["after \(what) proofs verify ends with \(result.status): \(result.output)\(result.errors)"]
  }

  /// The store's own check finds nothing, or what it finds it repairs.
  private func fsck() throws -> [String] {
    if try project.run(program, ["store", "fsck"]).status == 0 { return [] }
    let repair = try project.run(program, ["store", "fsck", "--repair"])
    return repair.status == 0
      ? [] : ["fsck --repair ends with \(repair.status): \(repair.output)\(repair.errors)"]
  }

  /// Objects, index, hint and binary agree, and nothing is left in progress.
  private func store(lineCount: Int) throws -> [String] {
    var problems: [String] = []
    let blobs = try project.hashes(below: ".zigttp/blobs/sha256")
    for (name, found) in blobs where name != found {
      problems.append("object \(name) has other bytes: \(found)")
    }
    let index = try JSONSerialization.jsonObject(with: Data(project.read(".zigttp/index.json")))
    let manifests = (index as? [String: Any])?["manifests"] as? [[String: Any]] ?? []
    if manifests.count < 2 { problems.append("index.json names \(manifests.count) manifests") }
    for digest in manifests.map({ $0["digest"] as? String ?? "" })
    where blobs[String(digest.dropFirst(7))] == nil {
      problems.append("index.json names \(digest), which is not there")
    }
    let leaves = try project.read(".zigttp/leaves").count
    if leaves != 32 * lineCount { problems.append("leaves: \(leaves) bytes, \(lineCount) lines") }
    problems += try verification("the next deploy")
    if try project.hashes(below: ".zigttp/deploy") != scenario.binaries {
      problems.append("deploy/ holds another binary")
    }
    if project.has(".zigttp/append.next") { problems.append("append.next is still there") }
    return problems
  }

  private static func isObject(_ text: Data) -> Bool {
    (try? JSONSerialization.jsonObject(with: text)) is [String: Any]
  }
}
