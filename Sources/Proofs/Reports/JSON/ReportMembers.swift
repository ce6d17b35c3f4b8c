import Contracts
import JSON

// How the parts of the proof model stand in JSON documents, the same in each. Digests are written
// `sha256:<hex>`, times twice: `ts` in milliseconds since 1970, `time` as RFC 3339.

extension JSONObject {
  /// `origin`, `kind`, `handlerPath`, `service`, `region`, `target`, `line`, `ts`, `time`, `record`, `image`,
  /// `binaryDigest`, `sources`, `prover`.
  mutating func add(_ event: ProofEvent) {
    self["origin"] = event.origin.map(JSONValue.string)
    self["kind"] = .string(event.kind)
    self["handlerPath"] = .string(event.handlerPath)
    self["service"] = event.service.map(JSONValue.string)
    self["region"] = event.region.map(JSONValue.string)
    self["target"] = event.target.map(JSONValue.string)
    self["line"] = event.line.map(JSONValue.count)
    self["ts"] = event.timestamp.map(JSONValue.integer)
    self["time"] = event.timestamp.map { .string(Timestamp.rfc3339(milliseconds: $0)) }
    self["record"] = event.record.map(JSONValue.named)
    self["image"] = event.image.map(JSONValue.named)
    // `binary` of a deploy's document is a path.
    self["binaryDigest"] = event.binary.map(JSONValue.named)
    self["sources"] = event.provenance.sources.map(JSONValue.named)
    self["prover"] = event.provenance.prover.map(JSONValue.string)
  }

  /// An event, then `facts`, `baseline` (`null` for a first deploy), a delta, `review` where there is
  /// one, `blockers`.
  mutating func add(_ report: ProofReport) {
    add(report.event)
    self["facts"] = report.facts.json
    self["baseline"] = report.baseline.map { .string($0.contractSha) } ?? .null
    add(report.delta ?? Delta(changes: []))
    self["review"] = report.review?.json
    self["blockers"] = .array(report.blockers.map(\.json))
  }

  /// `changes`, `reproven` (true, or left out), `verdict`.
  mutating func add(_ delta: Delta) {
    self["changes"] = .array(delta.changes.map(\.json))
    if delta.isReproven { self["reproven"] = true }
    self["verdict"] = .string(delta.verdict.rawValue)
  }
}

extension Change {
  // `section`, `change`, `item`, and for a change in place `from` and `to`.
  fileprivate var json: JSONValue {
    var object: JSONObject = ["section": .string(section.rawValue)]
    switch kind {
    case .added: object["change"] = "added"
    case .removed: object["change"] = "removed"
    case .changed: object["change"] = "changed"
    }
    object["item"] = .string(item)
    if case .changed(let from, let to) = kind {
      object["from"] = .string(from)
      object["to"] = .string(to)
    }
    return .object(object)
  }
}

extension ReviewSummary {
  // `plan`, `status`, `url`, `expiresAt` in seconds since 1970, `covered`, `uncovered`.
  fileprivate var json: JSONValue {
    var object: JSONObject = ["plan": .string(plan), "status": .string(status)]
    object["url"] = url.map(JSONValue.string)
    object["expiresAt"] = expiresAt.map(JSONValue.integer)
    object["covered"] = .strings(covered)
    object["uncovered"] = .strings(uncovered)
    return .object(object)
  }
}

extension Blocker {
  // `kind` in lower case, then `reason`, or `property` and, of a leak, `source` and `sink`.
  fileprivate var json: JSONValue {
    let kind = JSONValue.string(title.lowercased())
    switch self {
    case .drift(let reason), .review(let reason):
      return ["kind": kind, "reason": .string(reason)]
    case .leak(let property, let source, let sink):
      return [
        "kind": kind, "property": .string(property), "source": .string(source),
        "sink": .string(sink),
      ]
    case .spec(let property): return ["kind": kind, "property": .string(property)]
    case .contract: return ["kind": kind, "reason": .string(detail)]
    }
  }
}

extension Witness {
  /// `property`, or `proofLevel` where it says why that is not complete; `meaning` and `advice`; `steps`
  /// from source to sink, each with the line that it stands in; `leak`, as `--allow-leak` takes it.
  func json(_ lines: SourceLines) -> JSONValue {
    let steps = steps.map { step -> JSONValue in
      var object: JSONObject = [
        "what": .string(step.what), "path": .string(step.path), "line": .count(step.line),
        "column": .count(step.column),
      ]
      if let excerpt = lines.excerpt(path: step.path, line: step.line, column: step.column) {
        object["excerpt"] = .string(excerpt.text)
        object["caret"] = .count(excerpt.caret)
      }
      return .object(object)
    }
    let subject: (key: String, value: String) =
      switch subject {
      case .property(let property): ("property", property.label)
      case .proofLevel(let level): ("proofLevel", level.rawValue)
      }
    var object: JSONObject = [
      subject.key: .string(subject.value), "meaning": .string(wording.meaning),
      "advice": .string(wording.advice), "steps": .array(steps),
    ]
    object["leak"] = leak.map { .string($0.text) }
    return .object(object)
  }
}
