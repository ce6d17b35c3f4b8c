import Glibc
import NIOSSL
import Synchronization

/// Who a server is to those that connect by TLS: a chain of certificates and the key of its first.
///
/// Connections that are made after the files were read again see the new ones.
public final class ServerIdentity: Sendable {
  /// What was read of the two files.
  public struct Material: Sendable {
    fileprivate var context: NIOSSLContext
    /// Since when the first certificate holds no more, in seconds since 1970; nil where it does.
    public var expiredSince: Int?
  }

  /// Why two files are no identity.
  public enum Problem: Error, Sendable, Hashable {
    /// A file cannot be read.
    case unreadable(path: String, reason: String)
    /// A file holds no certificate in PEM form.
    case noCertificate(path: String)
    /// A file holds no private key in PEM form, or one under a password.
    case noKey(path: String)
    /// The key is not that of the first certificate.
    case mismatch(certificate: String, key: String)
    /// TLS cannot be spoken with them.
    case unusable(reason: String)
  }

  private let certificateFile: String
  private let keyFile: String
  private let current: Mutex<Material>
  private static let fileLimit = 1 << 20

  /// Reads both files.
  public init(certificateFile: String, keyFile: String) throws(Problem) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    current = Mutex(try Self.read(certificateFile, keyFile))
  }

  /// What is in use.
  public var material: Material { current.withLock { $0 } }

  /// Reads both files again and changes nothing.
  public func read() throws(Problem) -> Material { try Self.read(certificateFile, keyFile) }

  /// Shows something else to whoever connects from now on.
  public func use(_ material: Material) { current.withLock { $0 = material } }

  func handler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: material.context) }

  private static func read(_ certificateFile: String, _ keyFile: String) throws(Problem) -> Material
  {
    let chainBytes = try contents(certificateFile)
    let keyBytes = try contents(keyFile)
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMBytes(chainBytes) } catch {
      throw .noCertificate(path: certificateFile)
    }
    guard let first = chain.first else { throw .noCertificate(path: certificateFile) }
    let key: NIOSSLPrivateKey
    do { key = try NIOSSLPrivateKey(bytes: keyBytes, format: .pem) } catch {
      throw .noKey(path: keyFile)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do {
      let expiry = Int(first.notValidAfter)
      return Material(
        context: try NIOSSLContext(configuration: configuration),
        expiredSince: expiry < time(nil) ? expiry : nil)
    } catch NIOSSLError.failedToLoadPrivateKey {
      // It was read before: what is left is that it belongs to another certificate.
      throw .mismatch(certificate: certificateFile, key: keyFile)
    } catch {
      throw .unusable(reason: "\(error)")
    }
  }

  private static func contents(_ path: String) throws(Problem) -> [UInt8] {
    do throws(PayloadError) { return try FileContent.read(path, limit: fileLimit) } catch {
      switch error {
      case .unreadable(_, let reason): throw .unreadable(path: path, reason: reason)
      default: throw .unreadable(path: path, reason: "it has more than \(fileLimit) bytes")
      }
    }
  }
}

extension ServerIdentity.Problem: CustomStringConvertible {
  /// What is wrong, with the files involved.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .noCertificate(let path): "\(path) holds no certificate in PEM form"
    case .noKey(let path): "\(path) holds no private key in PEM form, or one under a password"
    case .mismatch(let certificate, let key):
      "the key in \(key) is not that of the certificate in \(certificate)"
    case .unusable(let reason): "TLS cannot be spoken with them: \(reason)"
    }
  }
}
