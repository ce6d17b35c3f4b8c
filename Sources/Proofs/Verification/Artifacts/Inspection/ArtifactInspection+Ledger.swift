import Contracts
import Digests
import JSON
import Ledger
import OCIImage

extension ArtifactInspection {
  /// Holds what a service says of itself against what is known of it.
  mutating func compareService() {
    guard case .service(let claim) = asked.subject else { return }
    let facts = app?.facts ?? row?.facts
    var claims: [(subject: String, said: String?, known: String?)] = [
      ("contractSha", claim.contractSha, facts?.contractSha),
      ("appDigest", claim.appDigest, app?.appDigest.description),
      ("proofLevel", claim.proofLevel, facts?.proofLevel.rawValue),
    ]
    for property in Property.allCases {
      claims.append(
        (
          property.label, claim.properties[property].map { "\($0)" },
          facts.map { "\($0.holds(property))" }
        ))
    }
    for (subject, said, known) in claims {
      let result: ArtifactCheck.Result =
        known == nil
        ? .notCovered("it says \(said ?? "nothing"), and nothing is there to compare with")
        : known == said ? .claimed : .failed
      report.add(
        ArtifactCheck(.service, subject, expected: known, found: said ?? "nothing", result))
    }
  }

  /// Holds the row against what was read.
  mutating func compareRow() {
    guard let evidence = asked.evidence else { return }
    guard let number = evidence.number else {
      return report.skip(.row, "", because: "no row of the ledger names it")
    }
    report.line = number
    guard let row else {
      return report.fail(
        .row, "line \(number)", expected: "a row", found: "no row that can be read")
    }
    report.add(
      ArtifactCheck(.row, "line \(number)", found: "\(row.kind.word) of \(service(row))", .passed))
    switch asked.subject {
    case .image(let descriptor): tie("image", row.image, descriptor.digest)
    case .record(let descriptor): tie("record", row.record, descriptor.digest)
    case .binary: tie("binary", row.binary, program?.digest)
    case .digest(let digest): tieAny(row, digest)
    case .row, .service: break
    }
    if case .image = asked.subject {} else { tie("image", row.image, record?.image.digest) }
    if case .record = asked.subject {
    } else if let record {
      tie("record", row.record, record.descriptor.digest)
    }
    if let record { tie("sources", row.provenance.sources, record.sources.digest) }
    if let recordConfig {
      tie("prover", row.provenance.prover, recordConfig.proverVersion)
      tie("service", row.serviceName, recordConfig.service)
      tie("target", row.target, recordConfig.target)
      if program == nil { tie("binary", row.binary, recordConfig.binary) }
    }
    compareFacts(row)
  }

  private func service(_ row: LedgerRow) -> String { row.serviceName ?? row.handlerPath }

  private mutating func tie<Value: CustomStringConvertible>(
    _ name: String, _ expected: Value?, _ found: Value?
  ) {
    guard let found else { return }
    guard let expected else {
      return report.skip(.row, name, because: "the row does not say it")
    }
    report.compare(.row, name, expected: "\(expected)", found: "\(found)")
  }

  // Whatever the digest is of, the row has to name it.
  private mutating func tieAny(_ row: LedgerRow, _ digest: Digest) {
    let names: [(name: String, digest: Digest?)] = [
      ("image", row.image), ("binary", row.binary), ("record", row.record),
      ("sources", row.provenance.sources),
    ]
    if let found = names.first(where: { $0.digest == digest }) {
      report.pass(.row, found.name, "\(digest)")
    } else {
      let named = names.compactMap { pair in pair.digest.map { "\(pair.name) \($0)" } }
      report.fail(
        .row, "names", expected: "\(digest)", found: named.joined(separator: ", "))
    }
  }

  private mutating func compareFacts(_ row: LedgerRow) {
    guard let known = app?.facts else {
      return report.skip(.facts, "", because: "the contract is not here")
    }
    let (expected, found) = (known.json, row.facts.json)
    for member in expected.objectValue?.members ?? [] {
      report.compare(
        .facts, member.key, expected: member.value.minified, found: found[member.key]?.minified)
    }
    for member in found.objectValue?.members ?? [] where expected[member.key] == nil {
      report.compare(.facts, member.key, expected: nil, found: member.value.minified)
    }
  }

  /// Takes down what the ledger and its checkpoint are worth.
  mutating func inspectLedger() {
    guard let evidence = asked.evidence else {
      return report.skip(
        .row, "", because: "there is no ledger: name a receipt, or work where the store is")
    }
    if let ledger = evidence.ledger { inspect(ledger) }
    if let finding = evidence.refusal {
      report.add(
        ArtifactCheck(
          .inclusion, evidence.number.map { "line \($0)" } ?? "", expected: "what was signed",
          .failed, ledger: finding))
    }
    if let receipt = evidence.receipt { inspect(receipt) }
    if let judgement = evidence.judgement { inspect(judgement) }
  }

  private mutating func inspect(_ ledger: LedgerReport) {
    report.origin = ledger.origin
    for finding in ledger.findings {
      // Signatures have a check of their own, where there is a receipt.
      if asked.evidence?.judgement?.findings.contains(finding) == true { continue }
      report.add(
        ArtifactCheck(
          .ledger, "proofs.jsonl", expected: "what was signed", .failed, ledger: finding))
    }
    if ledger.findings.isEmpty, let head = ledger.checkpoint?.head {
      report.pass(.ledger, "proofs.jsonl", "\(head.size) row(s), root \(head.root.hex)")
    }
  }

  private mutating func inspect(_ receipt: InclusionReceipt) {
    let head = receipt.checkpoint.head
    report.origin = head.origin
    let expected = "root \(head.root.hex) of \(head.size) row(s)"
    let found: String =
      switch receipt.defect {
      case nil: expected
      case .noLine: "the receipt does not hold the line"
      case .outside(let index, let size): "line \(index + 1) of \(size) row(s)"
      case .otherRoot: "line and proof lead to another root"
      }
    report.compare(.inclusion, "line \(receipt.index + 1)", expected: expected, found: found)
  }

  private mutating func inspect(_ judgement: CheckpointJudgement) {
    report.signer = judgement.signer
    report.anchor = judgement.anchor
    for finding in judgement.findings {
      report.add(
        ArtifactCheck(
          .signature, "checkpoint", expected: "the signature of a believed key", .failed,
          ledger: finding))
    }
    guard judgement.findings.isEmpty else { return }
    if let signer = judgement.signer, judgement.anchor != nil {
      report.pass(.signature, "checkpoint", signer.text)
    } else {
      report.skip(
        .signature, "checkpoint",
        because: "no believed key signed it: name one with --key, or trust it")
    }
  }
}
