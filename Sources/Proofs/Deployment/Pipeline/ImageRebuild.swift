import Contracts
import Digests
import OCIImage

/// Packs a program again, to see whether the same image comes out. Nothing of it is kept.
public struct ImageRebuild: Sendable {
  private let runtime: RuntimeParts

  /// - Parameter runtime: what is packed with the program.
  public init(runtime: RuntimeParts) { self.runtime = runtime }

  /// The digest of the image's manifest.
  ///
  /// - Parameters:
  ///   - sources: the program, paths relative to the project's root.
  ///   - created: seconds since 1970.
  ///   - layer: the runtime's layer of the image that shall come out. How it was compressed is taken
  ///     from there; what it holds has to be what is here.
  /// - Returns: nil where the runtime here is another.
  public func digest(
    of sources: [AppLayer.File], contract: Contract, created: UInt64, layer: RuntimeLayer
  ) throws -> Digest? {
    guard try runtime.layerContent.diffID() == layer.diffID else { return nil }
    let app = try AppLayer(
      sources: sources, contract: contract.canonicalBytes, modified: created)
    return ImagePlan(
      app: app, facts: contract.facts, runtime: layer, platform: runtime.program.platform,
      created: created
    ).descriptor.digest
  }
}
