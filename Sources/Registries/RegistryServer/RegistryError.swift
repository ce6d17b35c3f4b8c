import ContentStore
import Digests
import Files
import JSON
import SystemPackage

/// Why the registry does not do what a client asks.
///
/// Reference: OCI distribution-spec v1.1, "Error Codes".
public struct RegistryError: Error, Sendable, Hashable {
  /// What a client reads in `code`.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    case blobUnknown = "BLOB_UNKNOWN"
    case blobUploadInvalid = "BLOB_UPLOAD_INVALID"
    case blobUploadUnknown = "BLOB_UPLOAD_UNKNOWN"
    case digestInvalid = "DIGEST_INVALID"
    case manifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN"
    case manifestInvalid = "MANIFEST_INVALID"
    case manifestUnknown = "MANIFEST_UNKNOWN"
    case nameInvalid = "NAME_INVALID"
    case nameUnknown = "NAME_UNKNOWN"
    case sizeInvalid = "SIZE_INVALID"
    case unauthorized = "UNAUTHORIZED"
    case denied = "DENIED"
    case unsupported = "UNSUPPORTED"
    case tooManyRequests = "TOOMANYREQUESTS"
    /// Nothing that a client did: a disk that is full or broken.
    case unknown = "UNKNOWN"
  }

  /// What a client reads in `code`.
  public var code: Code
  /// The status of HTTP.
  public var status: Int
  /// For a person.
  public var message: String
  /// What it is about, one entry each: digests, as a rule. Empty for none.
  public var details: [String] = []
  /// Seconds after which it may go better; nil where the answer does not say.
  public var retryAfter: Int64?
  /// What the disk answered; never shown to a client.
  public var cause: StoreError?

  /// An error from its parts.
  public init(_ code: Code, _ status: Int, _ message: String, details: [String] = []) {
    self.code = code
    self.status = status
    self.message = message
    self.details = details
    if status == 409 || status == 429 { retryAfter = 1 }
  }

  /// What the disk answered.
  public init(_ cause: StoreError) {
    self.init(.unknown, 500, "the registry could not read or write its data")
    if cause.code == .diskFull {
      status = 507
      message = "the registry has no room left"
    }
    self.cause = cause
  }

  /// The body of the answer: each detail in an entry of its own, so that a client finds them all.
  public var document: JSONValue {
    func entry(_ detail: String?) -> JSONValue {
      var out: JSONObject = ["code": .string(code.rawValue), "message": .string(message)]
      if let detail { out["detail"] = .string(detail) }
      return .object(out)
    }
    return ["errors": .array(details.isEmpty ? [entry(nil)] : details.map(entry))]
  }
}

extension RegistryError {
  static func unknownName(_ name: String) -> RegistryError {
    RegistryError(.nameUnknown, 404, "there is no such repository", details: [name])
  }

  static func unknownBlob(_ digest: String) -> RegistryError {
    RegistryError(.blobUnknown, 404, "this repository has no such blob", details: [digest])
  }

  static func unknownManifest(_ reference: String) -> RegistryError {
    RegistryError(
      .manifestUnknown, 404, "this repository has no such manifest", details: [reference])
  }

  static func unknownUpload(_ id: String) -> RegistryError {
    RegistryError(.blobUploadUnknown, 404, "no such upload is open here", details: [id])
  }

  static func uploadIsBusy(_ id: String) -> RegistryError {
    RegistryError(.blobUploadInvalid, 409, "another request is writing this upload", details: [id])
  }

  static func invalidManifest(_ reason: String) -> RegistryError {
    RegistryError(.manifestInvalid, 400, "the manifest is refused: \(reason)")
  }
}

/// Runs what reads or writes files, in the registry's error.
@discardableResult
func onDisk<Value: ~Copyable>(
  _ body: @autoclosure () throws(FileError) -> Value
) throws(RegistryError) -> Value {
  do throws(FileError) { return try body() } catch { throw RegistryError(StoreError(error)) }
}

/// Runs what reads or writes objects, in the registry's error.
@discardableResult
func inStore<Value: ~Copyable>(
  _ body: @autoclosure () throws(StoreError) -> Value
) throws(RegistryError) -> Value {
  do throws(StoreError) { return try body() } catch { throw RegistryError(error) }
}

/// Runs a system call and says of which file it failed.
func calling<Value>(
  _ call: String, _ path: String, _ body: () throws(Errno) -> Value
) throws(RegistryError) -> Value {
  do throws(Errno) {
    return try body()
  } catch {
    throw RegistryError(StoreError(error, call: call, path: path))
  }
}
