import Archive
import ContentStore
import Digests
import Files
import OCIImage
import SystemPackage

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
    let files = LinuxFileSystem()
    func isThere(_ path: String) -> Bool {
      (try? files.infoIfAny(path, followingLink: true)) ?? nil != nil
    }
    guard let program = search.candidates.first(where: isThere) else {
      throw DeploymentError.noRuntime(tried: search.candidates)
    }
    let folder = Paths.folder(of: program)
    let layer = folder + "/zigttp-runtime.layer"
    return RuntimeParts(
      program: try RuntimeFile(path: program), certificates: try readBundle(beside: folder),
      installedLayer: isThere(layer) ? layer : nil)
  }

  /// What the runtime's layer unpacks to: reads the runtime once.
  public func layerDiffID() throws -> Digest { try layerContent.diffID() }

  /// What the runtime runs on.
  public var platform: Descriptor.Platform { program.platform }

  /// SHA-256 of the runtime program.
  public func runtimeDigest() throws -> Digest { try program.digest() }

  /// SHA-256 of the CA bundle.
  public func bundleDigest() -> Digest { .sha256(of: certificates) }

  /// Compresses the layer into a file, in place of one that is there.
  /// - Returns: its size in bytes.
  public func writeLayer(to path: String) throws -> Int {
    let files = LinuxFileSystem()
    do {
      let unfinished = "\(path).\(try RandomName.make())"
      let file = try files.openFile(unfinished, [.write, .new])
      defer { try? files.remove(unfinished) }
      var size = 0
      try layerContent.writeCompressed { (piece) throws(ImageError) in
        do throws(FileError) { try file.write(piece) } catch { throw .store(StoreError(error)) }
        size += piece.count
      }
      try file.synchronize()
      do throws(Errno) { try files.rename(unfinished, to: path) } catch {
        throw FileError(error, call: "rename", path: path)
      }
      return size
    } catch let error as FileError {
      throw DeploymentError(writing: error, shownAs: path)
    } catch ImageError.store(let error) {
      // The runtime is read as an archive is, so that only the file that is written is left.
      throw DeploymentError.unwritable(path: path, errno: (error.errno ?? .ioError).rawValue)
    }
  }

  private static func readBundle(beside folder: String) throws(DeploymentError) -> [UInt8] {
    let bundles = [folder + "/ca-certificates.crt", "/etc/ssl/certs/ca-certificates.crt"]
    for path in bundles {
      if let bytes = try readWholeFile(path) { return bytes }
    }
    throw .noCertificateBundle(tried: bundles)
  }
}
