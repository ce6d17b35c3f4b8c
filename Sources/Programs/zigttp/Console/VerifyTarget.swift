import ContentStore
import Files
import Ledger
import OCIRegistry

/// What `verify` is pointed at, by its spelling and by what is there.
enum VerifyTarget {
  /// A running service.
  case service(WebAddress)
  /// A file that begins like a receipt.
  case receipt([UInt8])
  /// Any other file.
  case program(path: String)
  /// A digest or a ref of the store.
  case name(String)

  private static let receiptStart = Array("c2sp.org/tlog-proof@".utf8)

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
    guard text == "-" || (!text.hasPrefix("sha256:") && InputFile.exists(text, in: invocation))
    else {
      guard !text.contains("/") else {
        throw CommandFailure(.failure, "\(text) does not exist")
      }
      self = .name(text)
      return
    }
    if text != "-", try !Self.begins(text, with: Self.receiptStart, in: invocation) {
      self = .program(path: invocation.absolute(text))
    } else {
      self = .receipt(
        try InputFile.read(text, in: invocation, limit: InclusionReceipt.maxLength))
    }
  }

  private static func begins(
    _ name: String, with start: [UInt8], in invocation: Invocation
  ) throws -> Bool {
    let file = try LinuxFileSystem().openFile(invocation.absolute(name), .throughLinks)
    let buffer = FileBuffer(start.count)
    var offset: UInt64 = 0
    guard let piece = try file.next(&offset, in: buffer.bytes) else { return false }
    return piece.elementsEqual(start)
  }
}
