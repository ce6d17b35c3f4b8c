import Contracts
import JSON

/// The JSON documents of the commands, one line each.
///
/// The first key is `schema`; the rest stands in the order in which the functions below name it. A
/// key whose value is not known is left out, but `baseline` is `null` for a first deploy. Digests are
/// written `sha256:<hex>`, times twice: `ts` in milliseconds since 1970, `time` as RFC 3339.
public enum ReportDocument {
  /// Of `deploy`: `schema`, `dryRun`, `binary`, then as ``check(_:)``.
  ///
  /// - Parameter binary: path of the runnable binary, relative to the current folder; nil for a dry
  ///   run.
  public static func deploy(_ report: ProofReport, binary: String?, isDryRun: Bool) -> String {
    var object = start("deploy")
    object["dryRun"] = .bool(isDryRun)
    object["binary"] = binary.map(JSONValue.string)
    add(report, to: &object)
    return finished(object)
  }

  /// Of `check`: `schema`, `kind`, `handlerPath`, `service`, `region`, `target`, `line`, `ts`,
  /// `time`, `record`, `image`, `binaryDigest`, `sources`, `prover`, `facts`, `baseline`, `changes`,
  /// `reproven` (true, or left out), `verdict`, `blockers`, and `witnesses` where they were asked for.
  ///
  /// - Parameter witnesses: how properties are lost; nil leaves the key out.
  public static func check(_ report: ProofReport, witnesses: [Witness]? = nil) -> String {
    var object = start("check")
    add(report, to: &object)
    object["witnesses"] = witnesses.map { .array($0.map(witness)) }
    return finished(object)
  }

  /// Of `proofs show`: the same keys as ``check(_:)``.
  public static func show(_ report: ProofReport) -> String {
    var object = start("proofs-show")
    add(report, to: &object)
    return finished(object)
  }

  /// Of `proofs list`: `schema`, `rows`, `skipped`. A row has the keys of an event (`kind` to
  /// `prover`), then `contractSha`, `proofLevel`, `reproven`, `verdict`; `skipped` names lines that
  /// could not be read.
  public static func list(_ entries: [ProofListEntry], skipped: [SkippedLine] = []) -> String {
    var object = start("proofs-list")
    object["rows"] = .array(
      entries.map { entry in
        var row = JSONObject()
        add(entry.event, to: &row)
        row["contractSha"] = .string(entry.contractSha)
        row["proofLevel"] = .string(entry.proofLevel.rawValue)
        if entry.isReproven { row["reproven"] = true }
        row["verdict"] = entry.verdict.map { .string($0.rawValue) }
        return .object(row)
      })
    object["skipped"] = .array(
      skipped.map { ["line": .integer(Int64($0.line)), "reason": .string($0.reason)] })
    return finished(object)
  }

  /// Of `proofs diff`: `schema`, `base`, `head`, `changes`, `reproven`, `verdict`. A side has `ref`, the keys of
  /// an event, then `facts`.
  public static func diff(_ diff: ProofDiff) -> String {
    var object = start("proofs-diff")
    object["base"] = side(diff.base)
    object["head"] = side(diff.head)
    let delta = diff.delta
    add(delta, to: &object)
    return finished(object)
  }

  private static func start(_ command: String) -> JSONObject {
    ["schema": .string("https://zigttp.dev/schema/\(command)-v1.json")]
  }

  private static func add(_ report: ProofReport, to object: inout JSONObject) {
    add(report.event, to: &object)
    object["facts"] = report.facts.json
    object["baseline"] = report.baseline.map { .string($0.contractSha) } ?? .null
    add(report.delta ?? Delta(changes: []), to: &object)
    object["blockers"] = .array(report.blockers.map(blocker))
  }

  private static func add(_ delta: Delta, to object: inout JSONObject) {
    object["changes"] = changes(delta.changes)
    if delta.isReproven { object["reproven"] = true }
    object["verdict"] = .string(delta.verdict.rawValue)
  }

  private static func add(_ event: ProofEvent, to object: inout JSONObject) {
    object["kind"] = .string(event.kind)
    object["handlerPath"] = .string(event.handlerPath)
    object["service"] = event.service.map(JSONValue.string)
    object["region"] = event.region.map(JSONValue.string)
    object["target"] = event.target.map(JSONValue.string)
    object["line"] = event.line.map { .integer(Int64($0)) }
    object["ts"] = event.timestamp.map(JSONValue.integer)
    object["time"] = event.timestamp.map { .string(Timestamp.rfc3339(milliseconds: $0)) }
    object["record"] = event.record.map { .string($0.description) }
    object["image"] = event.image.map { .string($0.description) }
    // `binary` of a deploy's document is a path.
    object["binaryDigest"] = event.binary.map { .string($0.description) }
    object["sources"] = event.provenance.sources.map { .string($0.description) }
    object["prover"] = event.provenance.prover.map(JSONValue.string)
  }

  private static func side(_ side: ProofDiff.Side) -> JSONValue {
    var object: JSONObject = ["ref": .string(side.ref)]
    add(side.event, to: &object)
    object["facts"] = side.facts.json
    return .object(object)
  }

  // `section`, `change`, `item`, and for a change in place `from` and `to`.
  private static func changes(_ changes: [Change]) -> JSONValue {
    .array(
      changes.map { change in
        var object: JSONObject = ["section": .string(change.section.rawValue)]
        switch change.kind {
        case .added: object["change"] = "added"
        case .removed: object["change"] = "removed"
        case .changed: object["change"] = "changed"
        }
        object["item"] = .string(change.item)
        if case .changed(let from, let to) = change.kind {
          object["from"] = .string(from)
          object["to"] = .string(to)
        }
        return .object(object)
      })
  }

  // `property`, then `steps` from source to sink.
  private static func witness(_ witness: Witness) -> JSONValue {
    let steps = witness.steps.map { step -> JSONValue in
      [
        "what": .string(step.what), "path": .string(step.path), "line": .integer(Int64(step.line)),
        "column": .integer(Int64(step.column)),
      ]
    }
    return ["property": .string(witness.property.label), "steps": .array(steps)]
  }

  // `kind` in lower case, then `reason`, or `property`, `source` and `sink`.
  private static func blocker(_ blocker: Blocker) -> JSONValue {
    let kind = JSONValue.string(blocker.title.lowercased())
    switch blocker {
    case .drift(let reason), .review(let reason):
      return ["kind": kind, "reason": .string(reason)]
    case .leak(let property, let source, let sink):
      return [
        "kind": kind, "property": .string(property), "source": .string(source),
        "sink": .string(sink),
      ]
    }
  }

  private static func finished(_ object: JSONObject) -> String {
    SafeText.jsonLine(JSONValue.object(object).minified) + "\n"
  }
}
