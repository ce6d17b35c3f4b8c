import ContentStore
import Contracts
import ControlPlane
import Digests
import HandlerProver
import NIOPosix
import OCIImage
import Synchronization

/// Looks at pushed images by proving and packing them again, so that nobody has to trust the client:
/// what comes out has to be the same image, of the contract that was approved.
///
/// Reference: control-plane.md, "The approved contract is the one that runs".
public final class ImageProof: ImageInspection {
  private let process: ProofProcess
  private let trusted: [TrustedRuntime]
  private let objects: @Sendable (_ repository: String) -> (any BlobSource)?
  // Each has a process at work.
  private let threads = NIOThreadPool(numberOfThreads: 2)
  private let waiting = Mutex(0)
  /// What layers unpack to that were looked at before.
  private let unpacked = Mutex<[Digest: Digest]>([:])

  private static let mostWaiting = 100
  private static let mostRemembered = 100

  /// An inspection.
  ///
  /// - Parameters:
  ///   - executable: the program that becomes a ``ProofChild`` when it is told its word.
  ///   - trusted: the runtimes that images may be packed with, the server's own first.
  ///   - objects: what a repository has; nil where nothing was pushed to it.
  public init(
    executable: String, trusted: [TrustedRuntime],
    objects: @escaping @Sendable (_ repository: String) -> (any BlobSource)?
  ) {
    process = ProofProcess(executable: executable)
    self.trusted = trusted
    self.objects = objects
    threads.start()
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// The version of this program's prover.
  public let prover: String? = Prover.version

  /// Looks at an image; two at a time, the others wait.
  ///
  /// - Throws: ``ControlPlane/ImageRefusal``; 429 where too many wait.
  public func inspect(
    _ image: Digest, in repository: String, for contract: Contract
  ) async throws -> InspectedImage {
    let isTaken = waiting.withLock { waiting in
      guard waiting < Self.mostWaiting else { return false }
      waiting += 1
      return true
    }
    guard isTaken else {
      var error = ControlPlaneError(
        429, "too many requests", "\(Self.mostWaiting) images wait to be looked at")
      error.retryAfter = 5
      throw error
    }
    defer { waiting.withLock { $0 -= 1 } }
    return try await threads.runIfActive { [self] in
      try look(at: image, in: repository, for: contract)
    }
  }

  private func look(
    at image: Digest, in repository: String, for contract: Contract
  ) throws -> InspectedImage {
    guard let objects = objects(repository) else {
      throw ImageRefusal(["nothing was pushed to \(repository) yet"])
    }
    let pushed = try PushedImage(image, in: objects)
    let platform = try requireTrusted(pushed, in: objects)
    let task = ProofTask(
      contract: contract, created: pushed.created, runtime: pushed.runtime, platform: platform,
      app: try app(pushed.app, in: objects))
    switch try process.result(of: task) {
    case .refused(let reason): throw ImageRefusal([reason])
    case .failed(let reason): throw ProofProcess.Failure(description: reason)
    case .packed(let packed):
      try Self.compare(packed, contract, image)
      return InspectedImage(
        contractSha: packed.contract.sha256,
        provenance: Provenance(sources: packed.sources, prover: packed.prover))
    }
  }

  private static func compare(
    _ packed: ProofResult.Packed, _ contract: Contract, _ image: Digest
  ) throws {
    let (found, expected) = (packed.contract.sha256, contract.sha256)
    guard found == expected else {
      let changes = Delta.between(contract.facts, packed.contract.facts).lines
      throw ImageRefusal(
        ["contract \(found.hex), expected \(expected.hex)"] + changes.prefix(50))
    }
    guard packed.image == image else {
      throw ImageRefusal(["packed again it is \(packed.image), expected \(image)"])
    }
  }

  // MARK: Layers

  private func app(_ layer: Descriptor, in objects: any BlobSource) throws -> [UInt8] {
    guard layer.size <= UInt64(ProofTask.appLimit) else {
      throw ImageRefusal([
        "an app layer of \(layer.size) bytes, expected at most \(ProofTask.appLimit)"
      ])
    }
    var bytes: [UInt8] = []
    do throws(StoreError) {
      try objects.stream(layer) { (piece) throws(StoreError) in bytes += piece }
    } catch {
      guard error.isOfTheObject else { throw error }
      throw ImageRefusal(["\(error)"])
    }
    return bytes
  }

  // What the image says of its runtime is looked at in the bytes.
  private func requireTrusted(
    _ pushed: PushedImage, in objects: any BlobSource
  ) throws -> Descriptor.Platform {
    let claimed = pushed.runtime.diffID
    guard let runtime = trusted.first(where: { $0.diffID == claimed }) else {
      let known = trusted.map { "\($0.diffID)" }.joined(separator: " or ")
      throw ImageRefusal([
        "runtime layer \(claimed), expected \(known): deploy with the release of zigttp that the "
          + "control plane has, or have it started with --trust-runtime"
      ])
    }
    let found = try diffID(of: pushed.runtime.descriptor, in: objects)
    guard found == claimed else {
      throw ImageRefusal(["runtime layer unpacks to \(found), expected \(claimed)"])
    }
    return runtime.platform ?? pushed.config.platform
  }

  private func diffID(of layer: Descriptor, in objects: any BlobSource) throws -> Digest {
    if let known = unpacked.withLock({ $0[layer.digest] }),
      try objects.size(of: layer.digest, mediaType: layer.mediaType) == layer.size
    {
      return known
    }
    let scan: LayerScan
    do throws(StoreError) { scan = try LayerScan(of: layer, in: objects) } catch {
      guard error.isOfTheObject else { throw error }
      throw ImageRefusal(["\(error)"])
    }
    switch scan.unpacked {
    case .failure(let error): throw ImageRefusal(["runtime layer: \(error)"])
    case .success(let found):
      unpacked.withLock { known in
        if known.count >= Self.mostRemembered { known = [:] }
        known[layer.digest] = found
      }
      return found
    }
  }
}
