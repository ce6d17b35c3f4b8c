import Encodings
import JSON
import Verification

/// What `store fsck` answers: findings with their way back, what was repaired, and a count.
public struct FsckDocument: Document {
  /// `schema/json/store-fsck-v1.schema.json`.
  public static let schema = "store-fsck"
  private let report: StoreReport
  private let steps: [StoreRepair.Step]

  /// - Parameter steps: what a repair did before; empty for a check alone.
  public init(_ report: StoreReport, repaired steps: [StoreRepair.Step] = []) {
    self.report = report
    self.steps = steps
  }

  /// For people.
  public var text: SafeText {
    var text = steps.map { step -> SafeText in
      let aside: SafeText = step.aside.map { " (what was there: \($0))" } ?? ""
      return "repaired \(step.kind.rawValue) \(step.subject)\(aside)\n"
    }.joined()
    for finding in report.findings {
      text += "\(finding.severity.rawValue): \(finding.line)\n"
      if let affects = finding.affects.wording { text += "  affects: \(affects)\n" }
      text += "  repair: \(finding.wayBack)\n"
    }
    text += "\(report.objects) object(s), \(report.bytes) bytes, \(report.lines) line(s): "
    return text + "\(verdict)\n"
  }

  private var verdict: SafeText {
    let warnings: SafeText = report.warnings == 0 ? "" : ", \(report.warnings) warning(s)"
    return report.errors == 0
      ? "no errors found\(warnings)" : "\(report.errors) error(s)\(warnings)"
  }

  /// `findings`, `repaired`, then counts.
  public var members: JSONObject {
    let repaired = steps.map { step -> JSONValue in
      var object: JSONObject = [
        "id": .string(step.kind.rawValue), "subject": .string(step.subject),
      ]
      object["aside"] = step.aside.map(JSONValue.string)
      return .object(object)
    }
    return [
      "findings": .array(report.findings.map(json)), "repaired": .array(repaired),
      "errors": .count(report.errors), "warnings": .count(report.warnings),
      "objects": .count(report.objects), "bytes": .count(report.bytes),
      "lines": .count(report.lines), "shallow": .count(report.shallow),
    ]
  }

  private func json(_ finding: Finding) -> JSONValue {
    var object: JSONObject = [
      "id": .string(finding.kind.rawValue), "severity": .string(finding.severity.rawValue),
      "subject": .string(finding.subject),
    ]
    object["expected"] = finding.expected.map(JSONValue.string)
    object["found"] = (finding.ledger?.wording.text ?? finding.found).map(JSONValue.string)
    object["affects"] = [
      "services": .strings(finding.affects.services),
      "lines": .array(finding.affects.lines.map(JSONValue.count)),
      "images": .strings(finding.affects.images.map(\.description)),
    ]
    object["repair"] = .string(finding.wayBack.text)
    return .object(object)
  }
}
