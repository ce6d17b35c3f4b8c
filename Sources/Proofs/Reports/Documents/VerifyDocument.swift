import Encodings
import JSON
import Ledger
import Verification

/// What `verify` answers: every check with what was expected and what was found, what is covered and
/// what is not, and what all of it comes to.
public struct VerifyDocument: Document {
  /// `schema/json/verify-v1.schema.json`.
  public static let schema = "verify"
  let target: String
  let report: ArtifactReport

  /// - Parameter target: as it was named.
  public init(_ report: ArtifactReport, of target: String) {
    self.report = report
    self.target = target
  }

  /// For people.
  public var text: SafeText {
    var card = CardLines(heading: "Verification:")
    card.field("Target", "\(target)")
    if let image = report.image { card.field("Image", "\(image)") }
    if let record = report.record { card.field("Record", "\(record)") }
    if let binary = report.binary { card.field("Binary", "\(binary)") }
    let line: SafeText = report.line.map { ", line \($0)" } ?? ""
    if let origin = report.origin { card.field("Ledger", "\(origin)\(line)") }
    if let signer = report.signer { card.field("Signed by", "\(signer)") }
    if let anchor = report.anchor { card.field("Anchor", anchor.wording) }
    var end = CardLines()
    end.fields("Covered", SafeText.wrapped(report.covered.map { "\($0.rawValue)" }))
    end.fields("Uncovered", SafeText.wrapped(report.untouched.map { "\($0.rawValue)" }))
    end.field("Checks", counts)
    end.fields("Untold", report.untoldInOrder.map { "\($0.count) more of \($0.kind.rawValue)" })
    end.field("Verdict", report.verdict.wording)
    return "\(card.finished)\n\(CheckTable.render(report.checks))\n\(end.finished)"
  }

  private var counts: SafeText {
    var parts: [SafeText] = ["\(report.checks.count { $0.result == .passed }) passed"]
    func add(_ count: Int, _ word: SafeText) {
      if count > 0 { parts.append("\(count) \(word)") }
    }
    add(report.checks.count { $0.result == .claimed }, "claimed")
    add(report.failures.count, "failed")
    add(report.missing.count, "missing")
    add(report.notCovered.count, "not covered")
    return parts.joined(separator: ", ")
  }

  /// `verdict`, `target`, what was found out of names, `checks`, `covered`, `notCovered`.
  public var members: JSONObject {
    var object: JSONObject = [
      "verdict": .string(report.verdict.rawValue), "target": .string(target),
    ]
    object["image"] = report.image.map(JSONValue.named)
    object["record"] = report.record.map(JSONValue.named)
    object["binary"] = report.binary.map(JSONValue.named)
    object["origin"] = report.origin.map(JSONValue.string)
    object["line"] = report.line.map(JSONValue.count)
    object["signer"] = report.signer.map(JSONValue.named)
    object["anchor"] = .string(report.anchor?.rawValue ?? "none")
    object["checks"] = .array(report.checks.map(json))
    if !report.untold.isEmpty {
      var untold = JSONObject()
      for (kind, count) in report.untoldInOrder { untold[kind.rawValue] = .count(count) }
      object["untold"] = .object(untold)
    }
    object["covered"] = .strings(report.covered.map(\.rawValue))
    object["notCovered"] = .strings(report.untouched.map(\.rawValue))
    return object
  }

  private func json(_ check: ArtifactCheck) -> JSONValue {
    var object: JSONObject = [
      "check": .string(check.kind.rawValue), "subject": .string(check.subject),
      "result": .string(check.result.word),
    ]
    object["expected"] = check.expected.map(JSONValue.string)
    object["found"] = check.shownFound.map { .string($0.text) }
    object["reason"] = check.reason.map(JSONValue.string)
    return .object(object)
  }
}

extension ArtifactReport {
  fileprivate var untoldInOrder: [(kind: ArtifactCheck.Kind, count: Int)] {
    ArtifactCheck.Kind.allCases.compactMap { kind in untold[kind].map { (kind, $0) } }
  }
}

extension ArtifactReport.Verdict {
  /// As a card has it.
  var wording: SafeText {
    switch self {
    case .verified: "verified"
    case .claimed: "the service claims what the ledger says; nothing shows that it runs it"
    case .notAnchored: "consistent, not anchored"
    case .incomplete: "incomplete: objects are missing"
    case .failed: "failed"
    }
  }
}

extension ArtifactCheck {
  /// What was found, also where a verification of the ledger says it.
  var shownFound: SafeText? { ledger?.wording ?? found.map { "\($0)" } }
}
