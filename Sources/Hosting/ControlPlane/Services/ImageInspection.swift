import ControlPlaneAPI
import Contracts
import Digests

/// What the server itself found an image to be: its own proof of the shipped sources, packed again to
/// the same digest.
public struct InspectedImage: Sendable, Hashable {
  /// Of the contract that the server's prover found.
  public var contractSha: Digest
  /// Of which sources, by which prover.
  public var provenance: Provenance

  /// From its parts.
  public init(contractSha: Digest, provenance: Provenance) {
    self.contractSha = contractSha
    self.provenance = provenance
  }
}

/// An image is not what it was said to be.
public struct ImageRefusal: Error, Sendable, Hashable {
  /// One a line: expected and found.
  public var reasons: [String]

  /// From its part.
  public init(_ reasons: [String]) { self.reasons = reasons }
}

/// Looks at a pushed image without believing anybody.
///
/// Reference: control-plane.md, "The approved contract is the one that runs".
public protocol ImageInspection: Sendable {
  /// The version of the prover that looks; nil where any will do.
  var prover: String? { get }

  /// What the image is.
  ///
  /// - Parameters:
  ///   - repository: where it lies in the session's registry.
  ///   - contract: the session's.
  /// - Throws: ``ImageRefusal`` where it is not an image of ours, made of what it ships by a prover and
  ///   a runtime that are trusted.
  func inspect(
    _ image: Digest, in repository: String, for contract: Contract
  ) async throws -> InspectedImage
}

extension ImageInspection {
  /// Any will do.
  public var prover: String? { nil }
}
