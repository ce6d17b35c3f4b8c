import Archive
import ContentStore
import Digests
import Files
import OCIImage

/// Why an image cannot be run here.
struct ImageFailure: Error, Sendable, ArchiveFailure {
  /// In words.
  var reason: String

  init(_ reason: String) { self.reason = reason }
  init(_ error: ArchiveError) { reason = "\(error)" }
  init(_ error: FileError) { reason = "\(error)" }
  init(_ error: StoreError) { reason = "\(error)" }
  init(_ error: ImageError) { reason = "\(error)" }

  static func inFiles<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(ImageFailure) -> Value {
    do throws(FileError) { return try body() } catch { throw ImageFailure(error) }
  }

  static func inSource<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(ImageFailure) -> Value {
    do throws(StoreError) { return try body() } catch { throw ImageFailure(error) }
  }
}
