import Archive
import Digests
import Encodings
import HandlerProver
import OCIImage

extension ProofTask {
  /// Takes the sources out of the layer, proves them, and packs what the program is made of with the
  /// contract that comes out. Nothing that the layer says of itself is believed.
  ///
  /// Reference: control-plane.md, "The approved contract is the one that runs".
  func result() -> ProofResult {
    if let problem = AppTar.problem(in: app) {
      return .refused("the app layer holds \(problem), expected \(AppTar.expected)")
    }
    do throws(ImageError) {
      let contents = try AppContents(MemorySource(app))
      return try packed(contents.sources)
    } catch { return .refused("\(error)") }
  }

  private func packed(_ files: [AppLayer.File]) throws(ImageError) -> ProofResult {
    let shipped = Dictionary(
      files.map { (ByteName($0.path), $0.bytes) }, uniquingKeysWith: { $1 })
    let proven: Reproof
    do throws(Reproof.Refusal) { proven = try Reproof(of: shipped, claimed: contract) } catch {
      return .refused("the sources are refused: \(error)")
    }
    guard proven.openLeaks.isEmpty else {
      let leaks = proven.openLeaks.map(\.text).joined(separator: ", ")
      return .refused("the handler leaks, and nobody allowed it: \(leaks)")
    }
    guard proven.lacking.isEmpty else {
      let items = proven.lacking.joined(separator: ", ")
      return .refused("the contract that was given lacks what the code does: \(items)")
    }
    let sources = proven.sources.map { AppLayer.File(path: $0.path, bytes: $0.bytes) }
    let layer = try AppLayer(
      sources: sources, contract: proven.contract.canonicalBytes, modified: created)
    let plan = ImagePlan(
      app: layer, facts: proven.contract.facts, runtime: runtime, platform: platform,
      created: created)
    let tar = try DeployRecord.sourcesTar(sources, modified: created)
    return .packed(
      ProofResult.Packed(
        contract: proven.contract, image: plan.descriptor.digest, sources: .sha256(of: tar),
        prover: Prover.version))
  }
}
