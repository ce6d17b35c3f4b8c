import Archive
import ArtifactTesting
import ContentStore
import Contracts
import Digests
import Foundation
import Ledger
import OCIImage
import StoreTesting
import TestSupport
import Testing

@testable import Verification

/// Each place of a deploy that somebody may have changed, with everything behind it digested and
/// signed again: the check of that place fails, and no other.
@Suite struct ArtifactVerificationTests {
  /// What `verify` finds of the image.
  static func report(
    of artifact: ForgedArtifact, prepare: (inout ArtifactVerification) -> Void = { _ in }
  ) throws -> ArtifactReport {
    var verification = ArtifactVerification(.image(artifact.image))
    verification.objects = artifact.blobs
    verification.records = { _ in [artifact.record] }
    verification.evidence = try evidence(artifact)
    prepare(&verification)
    return try verification.run()
  }

  static func evidence(_ artifact: ForgedArtifact) throws -> LedgerEvidence {
    let trust = LedgerTrust(home: nil, stateFolder: nil)
    return LedgerEvidence(
      artifact.receipt,
      try CheckpointJudgement(artifact.receipt.checkpoint, trust: trust, naming: [artifact.key]))
  }

  static func failures(_ report: ArtifactReport) -> [String] {
    report.failures.map { "\($0.kind.rawValue) \($0.subject)".trimmed }
  }

  private func failures(
    of forge: (inout ForgedArtifact.Forgery) -> Void
  ) throws -> [String] {
    Self.failures(try Self.report(of: ForgedArtifact(forge)))
  }

  @Test func whatIsAsItWasDeployedIsVerified() throws {
    let artifact = try ForgedArtifact()
    let report = try Self.report(of: artifact) { $0.installedRuntime = artifact.runtime }
    #expect(Self.failures(report) == [])
    #expect(report.verdict == .verified)
    #expect(report.notCovered == [])
    #expect(report.untouched == [.ledger, .rebuild])
    #expect(report.image == artifact.image.digest)
    #expect(report.record == artifact.record.digest)
    let isTold = report.checks.allSatisfy { $0.found != nil }
    #expect(isTold)
  }

  // MARK: The image

  @Test func aLabel() throws {
    #expect(
      try failures { $0.config = { $0.labels["zigttp.read-only"] = "maybe" } } == [
        "label zigttp.read-only"
      ])
    #expect(try failures { $0.config = { $0.labels["zigttp.new"] = "1" } } == ["label zigttp.new"])
    #expect(
      try failures { $0.config = { $0.labels["zigttp.app-sha256"] = nil } } == [
        "label zigttp.app-sha256"
      ])
  }

  @Test func whatTheImageRuns() throws {
    #expect(try failures { $0.config = { $0.entrypoint = ["/bin/sh"] } } == ["entrypoint"])
    #expect(try failures { $0.config = { $0.user = "0" } } == ["user"])
    #expect(try failures { $0.config = { $0.workingDirectory = "/app" } } == ["working-dir"])
    #expect(try failures { $0.config = { $0.exposedPorts = ["22/tcp"] } } == ["ports"])
    #expect(try failures { $0.config = { $0.platform.architecture = "arm64" } } == ["platform"])
    let withCommand = try failures {
      $0.configFile = { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        bytes = Array(
          text.replacingOccurrences(
            of: "\"ExposedPorts\"", with: "\"Env\":[\"A=1\"],\"ExposedPorts\""
          )
          .utf8)
      }
    }
    #expect(withCommand == ["config-members"])
  }

  @Test(arguments: [0, 1]) func aByteOfALayer(_ number: Int) throws {
    let artifact = try ForgedArtifact()
    artifact.blobs.lie(.otherBytes, about: artifact.layers[number].digest)
    #expect(Self.failures(try Self.report(of: artifact)) == ["layer \(number)"])
  }

  @Test func aLayerThatUnpacksToSomethingElse() throws {
    let other = try Gzip.compress(
      TarWriter([
        .file("zigttp-runtime", ForgedArtifact.program, mode: 0o755),
        .file("etc/ssl/certs/ca-certificates.crt", Array("-----BEGIN another".utf8)),
      ]).bytes())
    #expect(try failures { $0.runtimeLayer = { $0 = other } } == ["diff-id 0"])
  }

  @Test func theRuntime() throws {
    #expect(try failures { $0.runtime = { $0[1000] ^= 1 } } == ["runtime of the record"])
    let found = try failures {
      $0.runtimeEntries = { $0.append(.file("etc/profile", Array("x".utf8))) }
    }
    #expect(found == ["runtime-layer"])
  }

  // MARK: The app

  @Test func theContractInTheLayer() throws {
    // Everything follows from the changed contract: only the proof knows better.
    #expect(try failures { $0.contract = { $0.properties[.readOnly] = false } } == ["proof"])
    let respelled = try failures { $0.contractFile = { $0.append(UInt8(ascii: "\n")) } }
    #expect(respelled.contains("contract"))
    let other = try failures {
      $0.contractFile = { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        bytes = Array(text.replacingOccurrences(of: "\"GREETING\"", with: "\"GREETINGS\"").utf8)
      }
    }
    #expect(
      other == [
        "label zigttp.contract-sha256", "label zigttp.env-vars", "record-contract", "proof",
        "facts contractSha", "facts envKeys",
      ])
  }

  @Test func aSource() throws {
    #expect(
      try failures { $0.recordedSource = { $0 += Array("// more\n".utf8) } } == [
        "sources handler.ts"
      ])
    let evil = try failures {
      $0.source = { $0 = Array("export const handler = () => Response.json({});\n".utf8) }
    }
    #expect(evil == ["proof"])
  }

  @Test func theAppsTar() throws {
    func repacked(_ more: TarEntry...) -> (inout [UInt8]) -> Void {
      { tar in
        let files = (try? TarReader.files(in: MemorySource(tar), limit: 1 << 20)) ?? []
        let entries = files.map { TarEntry.file($0.path, $0.bytes) } + more
        tar = (try? TarWriter(entries).bytes()) ?? []
      }
    }
    let whiteout = try failures { $0.tar = repacked(.file("app/.wh.contract.json", [])) }
    #expect(whiteout == ["app-tar", "app-file .wh.contract.json"])
    let outside = try failures { $0.tar = repacked(.file("etc/passwd", [])) }
    #expect(outside.prefix(2) == ["app-tar", "app-file etc/passwd"])
    let stowaway = try failures { $0.tar = repacked(.file("app/more.txt", [1])) }
    #expect(stowaway == ["app-file more.txt"])
    let climbing = try failures { forgery in
      forgery.tar = { tar in
        // The name of the first file, and the checksum of its header.
        let name = Array("app/app.json".utf8)
        guard let place = tar.firstRange(of: name)?.lowerBound else { return }
        tar.replaceSubrange(place..<(place + name.count), with: Array("app/../a.js\0".utf8))
        let header = Array(tar[place..<(place + 512)])
        var sum = 8 * 32
        for (index, byte) in header.enumerated() where !(148..<156).contains(index) {
          sum += Int(byte)
        }
        let digits = String(sum, radix: 8)
        let field =
          Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8) + [0, 32]
        tar.replaceSubrange((place + 148)..<(place + 156), with: field)
      }
    }
    #expect(climbing.contains("app-tar"))
  }

  // MARK: The record and the ledger

  @Test func theRecord() throws {
    #expect(
      try failures { $0.record = { $0.artifactType = "application/x" } } == ["record artifactType"])
    let other = Descriptor(
      mediaType: MediaType.manifest, digest: .sha256(of: "another"), size: 7)
    #expect(
      try failures { $0.record = { $0.subject = other } } == ["record-subject"])
    #expect(
      try failures { $0.recordConfig = { $0.service = "another" } } == ["row service"])
  }

  @Test func theRow() throws {
    #expect(
      try failures { $0.row = { $0.facts.envKeys = ["OTHER"] } } == ["facts envKeys"])
    #expect(
      try failures { $0.row = { $0.image = .sha256(of: "another") } } == ["row image"])
    #expect(
      try failures { $0.row = { $0.provenance.sources = .sha256(of: "another") } } == [
        "row sources"
      ])
    // Changed after it was signed, where nothing looks at what it says.
    let changed = try failures {
      $0.line = { line in
        let text = String(decoding: line, as: UTF8.self)
        line = Array(text.replacingOccurrences(of: "1700000000000", with: "1700000000001").utf8)
      }
    }
    #expect(changed == ["inclusion line 1"])
  }

  @Test func theCheckpoint() throws {
    // A signature is the last line's end.
    let signature = try failures {
      $0.checkpoint = { bytes in
        let place = bytes.count - 20
        bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      }
    }
    #expect(signature == ["signature checkpoint"])
    let size = try failures {
      $0.checkpoint = { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        bytes = Array(text.replacingOccurrences(of: "\n1\n", with: "\n2\n").utf8)
      }
    }
    #expect(size == ["inclusion line 1", "signature checkpoint"])
  }

  @Test func withoutABelievedKeyItIsNotAnchored() throws {
    let artifact = try ForgedArtifact()
    let report = try Self.report(of: artifact) { verification in
      let trust = LedgerTrust(home: nil, stateFolder: nil)
      verification.evidence = try? LedgerEvidence(
        artifact.receipt, CheckpointJudgement(artifact.receipt.checkpoint, trust: trust))
    }
    #expect(report.verdict == .notAnchored)
    #expect(report.notCovered.map(\.kind).contains(.signature))
    let alone = try Self.report(of: artifact) { $0.evidence = nil }
    #expect(alone.verdict == .notAnchored)
    #expect(alone.failures == [])
  }

  @Test func anImageWithoutItsRecordIsTiedByTheRowAlone() throws {
    let artifact = try ForgedArtifact()
    artifact.blobs.lie(.missing, about: artifact.record.digest)
    let whole = try Self.report(of: artifact)
    #expect(whole.verdict == .incomplete)
    let alone = try Self.report(of: artifact) {
      $0.keepsRecords = false
      $0.installedRuntime = artifact.runtime
    }
    #expect(alone.verdict == .verified)
    #expect(alone.notCovered.map(\.kind) == [.record])
    #expect(alone.covered.contains(.runtime))
  }

  @Test func anotherProversJudgementIsToldAndNotCovered() throws {
    let artifact = try ForgedArtifact {
      $0.recordConfig = { $0.proverVersion = "0" }
      $0.row = { $0.provenance.prover = "0" }
      $0.contract = { $0.properties[.readOnly] = false }
    }
    let report = try Self.report(of: artifact)
    #expect(report.verdict == .verified)
    let proof = report.notCovered.first { $0.kind == .proof }
    #expect(proof?.reason?.contains("prover 0 judged them") == true)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }
}
