import ContentStore
import Files
import Ledger
import OCIRegistry
import Transfers

/// What `verify` is pointed at, by its spelling and by what is there.
enum VerifyTarget {
  /// A running service.
  case service(WebAddress)
  /// A file that begins like a receipt.
  case receipt([UInt8])
  /// An image or an artifact in a registry, a folder or a tar.
  case place(ImageAddress)
  /// Any other file.
  case program(path: String)
  /// A digest or a ref of the store.
  case name(String)

  private static let receiptStart = Array("c2sp.org/tlog-proof@".utf8)
  private static let programStart: [UInt8] = [0x7f] + Array("ELF".utf8)
  private static let tarMark = Array("ustar".utf8)

  /// - Throws: ``CommandFailure`` for an address that is none, and a file that cannot be read.
  init(_ text: String, in invocation: Invocation) throws {
    if text.hasPrefix("http://") || text.hasPrefix("https://") {
      guard let address = WebAddress(text) else {
        throw CommandFailure(
          .usage, "'\(text)' is no address: expected http://HOST[:PORT] or https://HOST[:PORT]")
      }
      self = .service(address)
      return
    }
    if ImageAddress.isMeant(by: text) {
      self = .place(try ImageAddress(text))
      return
    }
    guard text == "-" || (!text.hasPrefix("sha256:") && InputFile.exists(text, in: invocation))
    else {
      guard !text.contains("/") else {
        throw CommandFailure(.failure, "\(text) does not exist")
      }
      self = .name(text)
      return
    }
    let path = invocation.absolute(text)
    let start: [UInt8]
    do throws(FileError) {
      if text != "-", try Self.isFolder(path) {
        self = .place(.folder(LayoutReference(path: path)))
        return
      }
      start = text == "-" ? Self.receiptStart : try Self.start(of: path)
    } catch {
      throw InputFile.failure(error, text)
    }
    if start.starts(with: Self.receiptStart) {
      self = .receipt(
        try InputFile.read(text, in: invocation, limit: InclusionReceipt.maxLength))
    } else if !start.starts(with: Self.programStart),
      start.dropFirst(257).starts(with: Self.tarMark)
    {
      self = .place(.archive(LayoutReference(path: path)))
    } else {
      self = .program(path: path)
    }
  }

  private static func isFolder(_ path: String) throws(FileError) -> Bool {
    try LinuxFileSystem().infoIfAny(path, followingLink: true)?.kind == .directory
  }

  private static func start(of path: String) throws(FileError) -> [UInt8] {
    let file = try LinuxFileSystem().openFile(path, .throughLinks)
    let buffer = FileBuffer(512)
    var offset: UInt64 = 0
    return try file.next(&offset, in: buffer.bytes).map { Array($0) } ?? []
  }
}
