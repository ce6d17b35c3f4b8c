import Archive
import Digests
import Glibc
import OCIImage

/// A runtime and what an image needs beside it.
public struct RuntimeParts: Sendable {
  /// The program.
  let program: RuntimeFile
  /// The CA bundle that goes into the image.
  let certificates: [UInt8]
  /// Path of the compressed layer that was made when zigttp was built; nil where there is none.
  let installedLayer: String?

  /// What the layer is made of.
  var layerContent: RuntimeLayer.Content {
    RuntimeLayer.Content(runtime: program, certificates: certificates)
  }

  /// Finds the runtime and its companions, which stand beside it. A development build has no bundle
  /// of its own and takes the system's.
  public static func locate(_ search: RuntimeSearch) throws -> RuntimeParts {
    guard let program = search.candidates.first(where: { access($0, F_OK) == 0 }) else {
      throw DeploymentError.noRuntime(tried: search.candidates)
    }
    let folder = parentFolder(of: program)
    let layer = folder + "/zigttp-runtime.layer"
    return RuntimeParts(
      program: try RuntimeFile(path: program), certificates: try readBundle(beside: folder),
      installedLayer: access(layer, R_OK) == 0 ? layer : nil)
  }

  /// SHA-256 of the runtime program.
  public func runtimeDigest() throws -> Digest { try program.digest() }

  /// SHA-256 of the CA bundle.
  public func bundleDigest() -> Digest { .sha256(of: certificates) }

  /// Compresses the layer into a file, in place of one that is there.
  /// - Returns: its size in bytes.
  public func writeLayer(to path: String) throws -> Int {
    let unfinished = "\(path).\(getpid()).tmp"
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DeploymentError.unwritable(path: path, errno: errno) }
    defer {
      close(descriptor)
      unlink(unfinished)
    }
    var size = 0
    try layerContent.writeCompressed { piece in
      var rest = piece
      while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw DeploymentError.unwritable(path: path, errno: errno) }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        size += count
      }
    }
    guard rename(unfinished, path) == 0 else {
      throw DeploymentError.unwritable(path: path, errno: errno)
    }
    return size
  }

  private static func readBundle(beside folder: String) throws(DeploymentError) -> [UInt8] {
    let bundles = [folder + "/ca-certificates.crt", "/etc/ssl/certs/ca-certificates.crt"]
    for path in bundles {
      if let bytes = try readWholeFile(path) { return bytes }
    }
    throw .noCertificateBundle(tried: bundles)
  }
}
