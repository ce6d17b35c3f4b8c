import Files
import HTTPTypes
import JSON

/// What a handler answers, before it is sent.
struct Answer: Sendable {
  enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// A stretch of a file; offset and length in bytes.
    case file(SharedFile, offset: UInt64, count: UInt64)

    /// In bytes.
    var count: UInt64 {
      switch self {
      case .none: 0
      case .bytes(let bytes): UInt64(bytes.count)
      case .file(_, _, let count): count
      }
    }
  }

  var status: Int
  var headers: HTTPFields
  var body: Body

  /// An answer without a body.
  init(_ status: Int, _ headers: HTTPFields = HTTPFields()) {
    self.status = status
    self.headers = headers
    body = .none
  }

  /// An answer with a document.
  init(
    _ status: Int, _ type: String, _ bytes: [UInt8], _ headers: HTTPFields = HTTPFields()
  ) {
    self.status = status
    self.headers = headers
    self.headers[.contentType] = type
    body = .bytes(bytes)
  }

  /// An answer with a JSON document.
  init(_ status: Int = 200, json: JSONValue, _ headers: HTTPFields = HTTPFields()) {
    self.init(status, "application/json", json.minifiedBytes, headers)
  }

  /// Why a request was refused.
  init(_ error: RegistryError) {
    self.init(error.status, json: error.document)
    if error.status == 401 { headers[.wwwAuthenticate] = #"Basic realm="zigttp registry""# }
    if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
  }
}

extension HTTPField.Name {
  /// The literals below are tokens.
  private static func named(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) names no field") }
    return name
  }

  static let apiVersion = named("Docker-Distribution-API-Version")
  static let contentDigest = named("Docker-Content-Digest")
  static let uploadID = named("Docker-Upload-UUID")
  static let subject = named("OCI-Subject")
  static let tagsMade = named("OCI-Tag")
  static let filtersApplied = named("OCI-Filters-Applied")
  static let link = named("Link")
  static let contentTypeOptions = named("X-Content-Type-Options")
}
