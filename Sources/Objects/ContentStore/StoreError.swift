import Digests
import Files
import SystemPackage

/// Why the store could not do what it was asked.
public struct StoreError: Error, Sendable, Hashable {
  /// What kind of failure it is; each asks for another answer from whoever sees it.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// No store where one was named.
    case notAStore
    /// A store that belongs to another user.
    case foreignOwner
    /// A symbolic link that nobody named: in place of a store, or of a folder of one.
    case linked
    /// An object that a document names is not there.
    case missing
    /// Bytes that are not what their name or descriptor says.
    case corrupt
    /// More bytes than the caller allows.
    case tooLarge
    /// A document that is not of its format.
    case malformed
    /// A digest of an algorithm that names no object here.
    case unsupportedDigest
    /// No room left on the device, or no quota.
    case diskFull
    /// A file system mounted read-only, or a store opened so.
    case readOnly
    /// The user may not.
    case accessDenied
    /// Any other failed system call.
    case system
  }

  /// What kind of failure it is.
  public var code: Code
  /// The file or folder in question.
  public var path: String?
  /// The object in question.
  public var digest: Digest?
  /// What it should be: a size, a digest, a shape.
  public var expected: String?
  /// What it is: a size, a digest, an owner, a problem.
  public var found: String?
  /// The call that failed.
  public var call: String?
  /// What the call failed with.
  public var errno: Errno?

  /// An error from its parts.
  public init(
    _ code: Code, path: String? = nil, digest: Digest? = nil, expected: String? = nil,
    found: String? = nil
  ) {
    self.code = code
    self.path = path
    self.digest = digest
    self.expected = expected
    self.found = found
  }

  /// A failed system call; the code follows from `errno`.
  public init(_ errno: Errno, call: String, path: String) {
    self.init(FileError(errno, call: call, path: path))
  }

  /// A file of the store that could not be read or written.
  public init(_ error: FileError) {
    switch error.code {
    case .corrupt: code = .corrupt
    case .tooLarge: code = .tooLarge
    case .malformed: code = .malformed
    case .diskFull: code = .diskFull
    case .readOnly: code = .readOnly
    case .accessDenied: code = .accessDenied
    case .system: code = .system
    }
    path = error.path
    expected = error.expected
    found = error.found
    call = error.call
    errno = error.errno
  }
}

/// Runs what reads or writes files, in the store's error.
@discardableResult
public func storing<Value: ~Copyable>(
  _ body: @autoclosure () throws(FileError) -> Value
) throws(StoreError) -> Value {
  do throws(FileError) {
    return try body()
  } catch {
    throw StoreError(error)
  }
}

extension StoreError {
  /// Whether the reason lies in the object: it is missing, not what its name says, or not understood.
  /// Everything else is the disk's or the way to it, and says nothing about the object.
  public var isOfTheObject: Bool {
    [.missing, .corrupt, .malformed, .unsupportedDigest, .tooLarge].contains(code)
  }
}

/// Runs a system call and says of which file it failed.
func attempt<Value>(
  _ call: String, _ path: String, _ body: () throws(Errno) -> Value
) throws(StoreError) -> Value {
  do throws(Errno) {
    return try body()
  } catch {
    throw StoreError(error, call: call, path: path)
  }
}
