import ContentStore
import Contracts
import Digests
import Encodings
import HandlerLanguage
import HandlerProver
import OCIImage
import ProjectFiles

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
      report.fail(.proof, "", expected: expected, found: "refused: \(refusal.reason)")
    case .success(let proven):
      let found = proven.sha256.hex
      let isSame = found == expected
      report.add(
        ArtifactCheck(
          .proof, "", expected: expected,
          found: isSame ? found : "\(found): \(Self.difference(contract, proven))",
          isSame ? .passed : .failed))
    }
    let declared = Self.declaredSecrets(contract)
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
        sources: app.sources, contract: proven, created: UInt64(clamping: created / 1000),
        runtimeLayer: RuntimeLayer(diffID: runtime, descriptor: layer)))
    guard let digest else {
      return report.skip(
        .rebuild, "", because: "the runtime here is not the image's: name that with --runtime")
    }
    report.compare(
      .rebuild, "", expected: "\(image.descriptor.digest)", found: "\(digest)")
  }

  private struct Refusal: Error { var reason: String }

  /// Proves sources as a deploy does. What the contract was told rather than found out is taken from
  /// it: which names are secret, and which leaks are allowed.
  private static func prove(
    _ sources: [AppLayer.File], as contract: Contract
  ) -> Result<Contract, Refusal> {
    let files = Dictionary(
      sources.map { (ByteName($0.path), $0.bytes) }, uniquingKeysWith: { $1 })
    let loaded = Program.load(entry: contract.handlerPath) { files[ByteName($0)] }
    guard let program = loaded.program else {
      return .failure(Refusal(reason: loaded.errors.first?.description ?? "no program"))
    }
    var proven = Prover.prove(
      program, handlerPath: contract.handlerPath, secretOverrides: declaredSecrets(contract)
    ).contract
    proven.allowedLeaks = contract.allowedLeaks
    return .success(proven)
  }

  /// The names that are judged otherwise than by their spelling.
  private static func declaredSecrets(_ contract: Contract) -> [ByteName: Bool] {
    let secrets = Set(contract.env.secret.map { ByteName($0) })
    var declared: [ByteName: Bool] = [:]
    for name in contract.env.literal {
      let isSecret = secrets.contains(ByteName(name))
      if isSecret != SecretNames.isSecret(name) { declared[ByteName(name)] = isSecret }
    }
    return declared
  }

  private static func difference(_ recorded: Contract, _ proven: Contract) -> String {
    let changes = Delta.between(recorded.facts, proven.facts).changes
    guard !changes.isEmpty else { return "other than recorded in what the facts do not say" }
    return changes.prefix(8).map { change in
      switch change.kind {
      case .added: "+ \(change.section.rawValue) \(change.item)"
      case .removed: "- \(change.section.rawValue) \(change.item)"
      case .changed(let from, let to): "\(change.section.rawValue): \(from) -> \(to)"
      }
    }.joined(separator: ", ")
  }
}
