import Archive
import ContentStore
import Digests
import OCIImage

extension ArtifactInspection {
  /// A program file as it was read.
  struct ReadProgram {
    var digest: Digest
    /// Nil where it says not, or not rightly, where its app is.
    var runtime: Digest?
    /// The app's tar, with the digest that the trailer says.
    var tar: [UInt8]?
  }

  /// Hashes the program, its runtime and its app.
  mutating func readProgram(_ file: ProgramFile) throws {
    let digest = file.digest
    report.binary = digest
    program = ReadProgram(digest: digest)
    report.add(ArtifactCheck(.binary, "of the file", found: "\(digest)", .passed))
    let trailer: BinaryTrailer?
    do throws(ArchiveError) { trailer = try file.trailer() } catch {
      guard case .badTrailer = error else { throw error }
      report.fail(
        .trailer, "place", expected: "an app that ends where the trailer begins",
        found: error.description)
      return
    }
    guard let trailer else {
      report.fail(
        .trailer, "place", expected: "a trailer in the last \(BinaryTrailer.byteCount) bytes",
        found: "none: it carries no app")
      return
    }
    report.pass(.trailer, "place", "\(trailer.length) bytes at \(trailer.offset)")
    let runtime = try file.stretch(0, trailer.offset).digest()
    program?.runtime = runtime
    report.add(ArtifactCheck(.runtime, "of the program", found: "\(runtime)", .passed))
    let tar = file.stretch(trailer.offset, trailer.length)
    guard trailer.length <= UInt64(AppContents.limit) else {
      report.fail(
        .trailer, "app", expected: "at most \(AppContents.limit) bytes",
        found: "\(trailer.length) bytes")
      return
    }
    let bytes = try tar.bytes(at: 0, count: Int(trailer.length))
    let isSame = report.compare(
      .trailer, "app", expected: "\(trailer.digest)", found: "\(Digest.sha256(of: bytes))")
    if isSame { program?.tar = bytes }
  }

  /// Holds the runtimes of program and image against each other, against the record, and against the
  /// one that is installed.
  mutating func compareRuntimes() {
    let ofImage = runtime?.program?.finalize()
    if let program {
      if let layer = image?.manifest.layers.last, let tar = program.tar {
        report.compare(
          .appLayer, "of the program", expected: "\(layer.digest)",
          found: "\(Digest.sha256(of: tar))")
      } else if program.tar == nil {
        report.skip(.appLayer, "of the program", because: "its trailer is not right")
      } else {
        report.skip(.appLayer, "of the program", because: "there is no image to compare with")
      }
      if let ofImage, let own = program.runtime {
        report.compare(.runtime, "program and image", expected: "\(ofImage)", found: "\(own)")
      }
    }
    if program == nil { compareWithRecord() }
    guard let own = ofImage ?? program?.runtime else { return }
    guard let installed = asked.installedRuntime else {
      return report.skip(.runtime, "installed", because: "no runtime is installed here")
    }
    if installed == own {
      report.pass(.runtime, "installed", "\(own)")
    } else {
      report.skip(.runtime, "installed", because: "another one is installed: \(installed)")
    }
  }

  // Runtime, app and trailer make the program whose digest the record says.
  private mutating func compareWithRecord() {
    guard var hasher = runtime?.program, let size = runtime?.programSize, let tar = image?.appTar
    else { return }
    guard let expected = recordConfig?.binary ?? row?.binary else {
      return report.skip(
        .runtime, "of the record", because: "no record or row names the program")
    }
    hasher.update(tar)
    hasher.update(BinaryTrailer(offset: size, tar: tar).bytes)
    report.compare(
      .runtime, "of the record", expected: "with the app it makes \(expected)",
      found: "with the app it makes \(hasher.finalize())")
  }
}
