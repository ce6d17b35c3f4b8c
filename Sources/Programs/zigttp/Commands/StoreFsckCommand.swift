import ArgumentParser
import ContentStore
import JSON
import Reports
import Verification

/// `zigttp store fsck`
struct StoreFsckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck", abstract: "Check every object and file of the store.",
    discussion: """
      Hashes every object, follows everything that the ledger and index.json name, and holds \
      ledger, leaves, index.json, the graph and the programs in deploy/ against each other. Ends \
      with `no errors found` or a count; exit 7 with an error, 0 with warnings alone.

      --repair makes again what the rest of the store can tell and moves what is not what its name \
      says to quarantine/. It fetches nothing: what only a copy from elsewhere has stays an error.

      Findings:

      \(FindingKind.allCases.map { "  \($0.rawValue)\n      \($0.meaning)" }.joined(separator: "\n"))
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Make again what can be, and move bad bytes to quarantine/.")
  var repair = false

  mutating func run() throws {
    let invocation = try Invocation.current()
    let store = try invocation.storeToCheck(named: global.store)
    let console = Console()
    var report: StoreReport
    var steps: [StoreRepair.Step] = []
    if repair {
      var work = StoreRepair(store, trust: invocation.trust, now: invocation.now())
      let outcome = try work.run { console.tell(DeployWait.wording($0)) }
      (report, steps) = (outcome.after, outcome.steps)
    } else {
      report = try StoreCheck(store, trust: invocation.trust, now: invocation.now()).run {
        console.tell(DeployWait.wording($0))
      }
    }
    let document = FsckDocument(report: report, steps: steps)
    try console.answer(global.json ? document.json : document.text)
    if report.errors > 0 { throw ExitStatus.integrity.exitCode }
  }
}

/// What a check prints.
private struct FsckDocument {
  var report: StoreReport
  var steps: [StoreRepair.Step]

  var text: String {
    var text = steps.map { step in
      "repaired \(step.kind.rawValue) \(SafeText.line(step.subject))"
        + (step.aside.map { " (what was there: \(SafeText.line($0)))" } ?? "") + "\n"
    }.joined()
    for finding in report.findings {
      text += "\(finding.severity.rawValue): \(SafeText.line(finding.line))\n"
      if let affects = finding.affects.wording { text += "  affects: \(SafeText.line(affects))\n" }
      text += "  repair: \(SafeText.line(finding.wayBack))\n"
    }
    text += "\(report.objects) object(s), \(report.bytes) bytes, \(report.lines) line(s): "
    return text + "\(verdict)\n"
  }

  private var verdict: String {
    let warnings = report.warnings == 0 ? "" : ", \(report.warnings) warning(s)"
    return (report.errors == 0 ? "no errors found" : "\(report.errors) error(s)") + warnings
  }

  var json: String {
    let findings = report.findings.map { finding -> JSONValue in
      var object: JSONObject = [
        "id": .string(finding.kind.rawValue), "severity": .string(finding.severity.rawValue),
        "subject": .string(finding.subject),
      ]
      object["expected"] = finding.expected.map(JSONValue.string)
      object["found"] = (finding.ledger?.wording ?? finding.found).map(JSONValue.string)
      object["affects"] = [
        "services": .strings(finding.affects.services),
        "lines": .array(finding.affects.lines.map { .integer(Int64($0)) }),
        "images": .strings(finding.affects.images.map(\.description)),
      ]
      object["repair"] = .string(finding.wayBack)
      return .object(object)
    }
    let repaired = steps.map { step -> JSONValue in
      var object: JSONObject = [
        "id": .string(step.kind.rawValue), "subject": .string(step.subject),
      ]
      object["aside"] = step.aside.map(JSONValue.string)
      return .object(object)
    }
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/store-fsck-v1.json",
      "findings": .array(findings), "repaired": .array(repaired),
      "errors": .integer(Int64(report.errors)), "warnings": .integer(Int64(report.warnings)),
      "objects": .integer(Int64(report.objects)), "bytes": .integer(Int64(clamping: report.bytes)),
      "lines": .integer(Int64(report.lines)), "shallow": .integer(Int64(report.shallow)),
    ]
    return document.minified + "\n"
  }
}
