import ContentStore
import Contracts
import Digests
import Encodings
import HandlerProver
import OCIImage

extension ArtifactInspection {
  // More than a program has that somebody wrote.
  private static let sourceLimit = 16 << 20

  /// Proves the sources that run again and compares what comes out with the contract.
  mutating func proveAgain() {
    guard let app, let contract = app.contract else { return }
    let size = app.sources.reduce(0) { $0 + $1.bytes.count }
    guard size <= Self.sourceLimit else {
      return report.skip(
        .proof, "", because: "the sources have \(size) bytes, more than \(Self.sourceLimit)")
    }
    let judge = recordConfig?.proverVersion ?? row?.provenance.prover
    guard judge == nil || judge == Prover.version else {
      return report.skip(
        .proof, "",
        because: "prover \(judge ?? "") judged them, and this one is \(Prover.version)")
    }
    let expected = Digest.sha256(of: app.contractBytes).hex
    switch Self.prove(app.sources, as: contract) {
    case .failure(let refusal):
      report.fail(.proof, "", expected: expected, found: "refused: \(refusal)")
    case .success(let reproof):
      let proven = reproof.contract
      let found = proven.sha256.hex
      let isSame = found == expected
      report.add(
        ArtifactCheck(
          .proof, "", expected: expected,
          found: isSame ? found : "\(found): \(Self.difference(contract, proven))",
          isSame ? .passed : .failed))
      if contract.imported != nil {
        report.add(
          ArtifactCheck(
            .proof, "imported", expected: "all that the code does",
            found: reproof.lacking.isEmpty
              ? "all that the code does" : "nothing of \(reproof.lacking.joined(separator: ", "))",
            reproof.lacking.isEmpty ? .passed : .failed))
      }
    }
    let declared = Reproof.declaredSecrets(contract)
    if !declared.isEmpty {
      let names = Set(declared.keys).sortedTexts.joined(separator: ", ")
      report.skip(
        .proof, "secrets",
        because: "whether \(names) is secret was declared in package.json, which is not recorded")
    }
  }

  /// Packs the sources again, where that was asked for.
  mutating func rebuildImage() throws {
    guard let rebuild = asked.rebuild else { return }
    guard let image, let config = image.config, let app, let contract = app.contract,
      let runtime = config.diffIDs.first, let layer = image.manifest.layers.first
    else {
      return report.skip(.rebuild, "", because: "image and sources are not all here")
    }
    guard case .success(let proven) = Self.prove(app.sources, as: contract) else {
      return report.skip(.rebuild, "", because: "the sources are refused")
    }
    let created = config.created.flatMap { UTCTime.milliseconds(rfc3339: $0.utf8) } ?? 0
    let digest = try rebuild(
      ArtifactVerification.Rebuilt(
        sources: proven.sources.map { AppLayer.File(path: $0.path, bytes: $0.bytes) },
        contract: proven.contract, created: UInt64(clamping: created / 1000),
        runtimeLayer: RuntimeLayer(diffID: runtime, descriptor: layer)))
    guard let digest else {
      return report.skip(
        .rebuild, "", because: "the runtime here is not the image's: name that with --runtime")
    }
    report.compare(
      .rebuild, "", expected: "\(image.descriptor.digest)", found: "\(digest)")
  }

  private static func prove(
    _ sources: [AppLayer.File], as contract: Contract
  ) -> Result<Reproof, Reproof.Refusal> {
    let files = Dictionary(
      sources.map { (ByteName($0.path), $0.bytes) }, uniquingKeysWith: { $1 })
    return Result { () throws(Reproof.Refusal) in try Reproof(of: files, claimed: contract) }
  }

  private static func difference(_ recorded: Contract, _ proven: Contract) -> String {
    let changes = Delta.between(recorded.facts, proven.facts).lines
    guard !changes.isEmpty else { return "other than recorded in what the facts do not say" }
    return changes.prefix(8).joined(separator: ", ")
  }
}
