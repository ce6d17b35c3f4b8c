import Archive
import Digests
import OCIImage

/// What the runtime's layer holds, read as it is unpacked: the program is hashed and not kept.
struct RuntimeLayerReader {
  /// The program, hashed as far as it goes.
  private(set) var program: SHA256Hasher?
  /// In bytes.
  private(set) var programSize: UInt64 = 0
  /// The program's first bytes.
  private(set) var programStart: [UInt8] = []
  /// The files that are there, in their order.
  private(set) var paths: [String] = []
  /// What is there and should not be, or how the archive is broken.
  private(set) var problem: String?

  private var tar = TarStream()
  private var isInProgram = false

  private static let folders = ["etc", "etc/ssl", "etc/ssl/certs"]

  /// Takes the next bytes of the unpacked layer.
  mutating func take(_ piece: UnsafeRawBufferPointer) {
    guard problem == nil else { return }
    // A copy, because what is in the middle of its own bytes cannot be changed by them.
    var tar = tar
    do throws(ArchiveError) {
      try tar.write(piece) { (event) throws(ArchiveError) in
        switch event {
        case .item(let item): begin(item)
        case .content(let bytes): add(bytes)
        }
      }
      self.tar = tar
    } catch {
      problem = problem ?? error.description
    }
  }

  /// Says that no more comes.
  mutating func finish() {
    guard problem == nil else { return }
    do throws(ArchiveError) { try tar.finish() } catch { problem = error.description }
  }

  private mutating func begin(_ item: TarItem) {
    isInProgram = false
    guard problem == nil else { return }
    switch item.kind {
    case .directory where item.path.isEmpty || Self.folders.contains(item.path): break
    case .file where RuntimeLayer.paths.contains(item.path) && !paths.contains(item.path):
      paths.append(item.path)
      guard item.path == "zigttp-runtime" else { return }
      guard item.mode == 0o755 else {
        problem = "\(item.path) with mode \(String(item.mode, radix: 8))"
        return
      }
      isInProgram = true
      program = SHA256Hasher()
      programSize = item.size
    case .file where paths.contains(item.path): problem = "\(item.path) twice"
    default: problem = "\(item.path), a \(item.kind.name)"
    }
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard isInProgram else { return }
    program?.update(bytes)
    let wanted = ProgramHeader.size - programStart.count
    if wanted > 0 { programStart += bytes.prefix(wanted) }
  }
}
