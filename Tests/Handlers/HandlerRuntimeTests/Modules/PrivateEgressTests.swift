import Encodings
import Glibc
import NIOCore
import Testing

@testable import HandlerRuntime

/// Reference: the IANA special-purpose address registries (RFC 6890, RFC 8190).
@Suite("Private networks can be closed to handlers")
struct PrivateEgressTests {
  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255",
    "203.0.114.0", "223.255.255.255", "2001:200::1", "2606:4700::1111", "2a00:1450:4001::1",
    "2001:db7::1", "2001:db9::1", "3fff:1000::1", "2002:808:808::1", "64:ff9b::808:808",
  ])
  func `Addresses that are anybody's`(_ text: String) throws {
    #expect(PublicAddress.isOne(try SocketAddress(ipAddress: text, port: 80)))
  }

  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::",
    "2002:c0a8:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
  ])
  func `Addresses of one's own, of protocols and of examples`(_ text: String) throws {
    #expect(!PublicAddress.isOne(try SocketAddress(ipAddress: text, port: 80)))
  }

  private func ask(_ host: String, _ port: Int, _ egress: PrivateEgress) throws -> RuntimeResponse {
    var limits = OutboundLimits()
    limits.privateEgress = egress
    let url = try #require(URLParts("http://\(host):\(port)/"))
    return NetworkClient(limits: limits).send(OutboundRequest(method: "GET", url: url))
  }

  @Test func `What a host leads to decides, whatever it is called`() throws {
    let upstream = try ScriptedUpstream { _, _, _ in .ok("reached") }
    defer { upstream.stop() }
    let port = upstream.port
    // Each of them reaches a listener on all addresses of this machine.
    for host in ["127.0.0.1", "localhost", "127.1", "0.0.0.0"] {
      let reply = try ask(host, port, .denied(except: []))
      #expect(reply.status == 599, "\(host)")
      let text = String(decoding: reply.body, as: UTF8.self)
      #expect(text == "fetch: the host is of a private network, which is closed here", "\(host)")
    }
    #expect(upstream.connections == 0)
    #expect(try ask("127.0.0.1", port, .denied(except: ["127.0.0.1"])).status == 200)
    #expect(try ask("localhost", port, .denied(except: ["localhost"])).status == 200)
    #expect(try ask("127.0.0.1", port, .denied(except: ["localhost"])).status == 599)
    #expect(try ask("127.0.0.1", port, .allowed).status == 200)
  }
}
