import ArgumentParser
import ArtifactGraph
import Digests
import JSON
import Reports

/// `zigttp store why`
struct StoreWhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract:
      "Show which rows of the ledger lead to an object, or how one object leads to another.",
    discussion: """
      An OBJECT is a digest, its first 4 or more hex digits, or a ref, which means the deploy \
      record of its row.
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("So many of the newest rows.", valueName: "n"))
  var limit = 10

  @Argument(help: "The object in question, or where to start.")
  var object: String

  @Argument(help: "Where to end.")
  var other: String?

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
  }

  mutating func run() throws {
    let history = try History(of: global)
    let digest = try history.graph.object(object)
    if let other {
      try showPath(history, from: digest, to: try history.graph.object(other))
    } else {
      try showReasons(history, digest)
    }
  }

  private func showPath(_ history: History, from start: Digest, to end: Digest) throws {
    guard let path = try history.graph.path(from: start, to: end) else {
      throw CommandFailure(
        .failure, "\(start) does not lead to \(end)",
        next: "`zigttp store closure` lists what it leads to.")
    }
    if global.json {
      try history.console.answer(document(["path": steps(path)]))
    } else {
      try history.console.answer("\(start)\n" + text(path))
    }
  }

  private func showReasons(_ history: History, _ digest: Digest) throws {
    let found = try history.graph.why(digest, limit: limit)
    var events: [GraphEvent] = []
    for reason in found.reasons {
      if let event = try history.graph.event(line: reason.line) { events.append(event) }
    }
    if global.json {
      try history.console.answer(document(found, digest, events))
    } else {
      try history.console.answer(text(found, events))
    }
    if found.rowCount == 0 && found.entries.isEmpty {
      throw CommandFailure(
        .failure, "no row of the ledger leads to \(digest), and index.json does not name it")
    }
    if found.rowCount > found.reasons.count {
      history.console.tell(
        "\(found.rowCount) rows lead to it, of which the newest \(found.reasons.count) are shown; "
          + "--limit N shows more.")
    }
  }

  private func text(_ found: ObjectReasons, _ events: [GraphEvent]) -> String {
    let rows = zip(found.reasons, events).map { reason, event in
      let service = event.row.serviceName.map { " of \(SafeText.line($0))" } ?? ""
      return "line \(reason.line): \(SafeText.line(event.row.kind.word))\(service), "
        + "\(Timestamp.rfc3339(milliseconds: event.row.ts))\n"
        + "  > record \(reason.record)\n" + text(reason.path)
    }
    return rows.joined()
      + found.entries.map { "index.json: \(SafeText.line($0))\n" }.joined()
  }

  private func text(_ path: [GraphEdge]) -> String {
    path.map { "  > \($0.label) \($0.target)\n" }.joined()
  }

  private func document(
    _ found: ObjectReasons, _ digest: Digest, _ events: [GraphEvent]
  ) -> String {
    let reasons = zip(found.reasons, events).map { reason, event -> JSONValue in
      var object: JSONObject = [
        "line": .integer(Int64(reason.line)), "kind": .string(event.row.kind.word),
      ]
      object["service"] = event.row.serviceName.map(JSONValue.string)
      object["ts"] = .integer(event.row.ts)
      object["record"] = .string(reason.record.description)
      object["path"] = steps(reason.path)
      return .object(object)
    }
    return document([
      "digest": .string(digest.description), "reasons": .array(reasons),
      "rows": .integer(Int64(found.rowCount)), "index": .strings(found.entries),
    ])
  }

  private func document(_ members: JSONObject) -> String {
    var object: JSONObject = ["schema": "https://zigttp.dev/schema/store-why-v1.json"]
    for member in members.members { object[member.key] = member.value }
    return SafeText.jsonLine(JSONValue.object(object).minified) + "\n"
  }

  private func steps(_ path: [GraphEdge]) -> JSONValue {
    .array(
      path.map { edge in
        [
          "source": .string(edge.source.description), "role": .string(edge.role.rawValue),
          "place": .integer(Int64(edge.place)), "target": .string(edge.target.description),
        ]
      })
  }
}
