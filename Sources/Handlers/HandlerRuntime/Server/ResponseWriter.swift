import Glibc
import NIOCore

/// Writes responses as HTTP/1.1 messages, always with a length, so that the connection can go on.
///
/// One belongs to one event loop: it holds the `date` field of the current second.
/// Reference: RFC 9112, section 6; RFC 9110, sections 6.6.1 and 8.6.
struct ResponseWriter {
  private var second = Int.min
  private var dateField: [UInt8] = []
  private var statusLines: [Int: [UInt8]] = [:]
  private let wallSeconds: () -> Int

  /// - Parameter wallSeconds: seconds since 1970.
  init(
    wallSeconds: @escaping () -> Int = {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME_COARSE, &now)
      return now.tv_sec
    }
  ) {
    self.wallSeconds = wallSeconds
  }

  /// How the message relates to its request and its connection.
  struct Circumstances {
    /// The answer to HEAD: everything but the body.
    var isHead = false
    /// Whether the connection stays open afterwards.
    var keepsAlive = true
    /// An HTTP/1.0 peer takes a connection for closed unless told otherwise.
    var isVersion10 = false
    /// What the request is called in logs; nil where it is not.
    var requestID: String?
  }

  /// Appends one message. Fields that frame a message are the server's alone and are dropped when
  /// the handler set them; `connection: close` from the handler is honoured.
  /// - Returns: whether the connection stays open.
  mutating func write(
    _ response: RuntimeResponse, _ circumstances: Circumstances, to out: inout ByteBuffer
  ) -> Bool {
    var keepsAlive = circumstances.keepsAlive
    var hasDate = false
    var requestID = circumstances.requestID
    // 205 has a length, and it is none.
    let bodyCount = response.status == 205 ? 0 : response.body.count
    out.writeBytes(statusLine(response.status))
    for (name, value) in response.headers {
      switch name {
      case "content-length", "transfer-encoding", "keep-alive", "upgrade", "trailer": continue
      case "connection":
        if HTTPFields.lowered(value) == "close" { keepsAlive = false }
        continue
      case "date": hasDate = true
      case RequestID.field: requestID = nil
      default: break
      }
      out.writeString(name)
      out.writeInteger(UInt16(0x3A20))
      out.writeString(value)
      out.writeInteger(UInt16(0x0D0A))
    }
    let hasNoBody = response.status < 200 || response.status == 204 || response.status == 304
    if !hasNoBody {
      out.writeStaticString("content-length: ")
      Self.write(bodyCount, to: &out)
      out.writeInteger(UInt16(0x0D0A))
    }
    if !hasDate { out.writeBytes(date()) }
    if let requestID {
      out.writeStaticString("x-request-id: ")
      out.writeString(requestID)
      out.writeInteger(UInt16(0x0D0A))
    }
    if !keepsAlive {
      out.writeStaticString("connection: close\r\n")
    } else if circumstances.isVersion10 {
      out.writeStaticString("connection: keep-alive\r\n")
    }
    out.writeInteger(UInt16(0x0D0A))
    if !hasNoBody && !circumstances.isHead && bodyCount > 0 { out.writeBytes(response.body) }
    return keepsAlive
  }

  private static func write(_ number: Int, to out: inout ByteBuffer) {
    if number < 10 {
      out.writeInteger(UInt8(0x30 + number))
    } else {
      out.writeString(String(number))
    }
  }

  private mutating func date() -> [UInt8] {
    let now = wallSeconds()
    if now != second {
      second = now
      dateField = Array("date: \(CalendarTime.http(milliseconds: Double(now) * 1000))\r\n".utf8)
    }
    return dateField
  }

  private mutating func statusLine(_ status: Int) -> [UInt8] {
    if let line = statusLines[status] { return line }
    let line = Array("HTTP/1.1 \(status) \(StatusText.phrase(status))\r\n".utf8)
    statusLines[status] = line
    return line
  }
}

/// The words beside a status code.
/// Reference: IANA HTTP Status Code Registry.
enum StatusText {
  private static let phrases: [Int: String] = [
    100: "Continue", 101: "Switching Protocols", 103: "Early Hints", 200: "OK", 201: "Created",
    202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content",
    205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 300: "Multiple Choices",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
    411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
    414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
    417: "Expectation Failed", 418: "I'm a teapot", 421: "Misdirected Request",
    422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency", 425: "Too Early",
    426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    507: "Insufficient Storage", 511: "Network Authentication Required",
  ]

  /// The phrase, or `Unknown`.
  static func phrase(_ status: Int) -> String { phrases[status] ?? "Unknown" }

  /// A plain response of the server's own: the phrase and a reason.
  static func response(_ status: Int, _ reason: String) -> RuntimeResponse {
    RuntimeResponse(
      status: status, headers: [("content-type", "text/plain; charset=utf-8")],
      body: Array("\(phrase(status)): \(reason)\n".utf8))
  }
}
