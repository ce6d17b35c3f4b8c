import ArtifactTesting
import ContentStore
import Digests
import TestSupport
import Testing

@testable import Verification

/// The self-contained program, with the image that its row names and without.
@Suite struct ProgramVerificationTests {
  private func report(
    of artifact: ForgedArtifact, withObjects: Bool = true,
    change: (inout [UInt8]) -> Void = { _ in }
  ) throws -> ArtifactReport {
    let scratch = try Scratch()
    var bytes = artifact.binary
    change(&bytes)
    var verification = ArtifactVerification(
      .binary(try ProgramFile(path: scratch.write("greeter", bytes))))
    if withObjects { verification.objects = artifact.blobs }
    verification.evidence = try ArtifactVerificationTests.evidence(artifact)
    return try verification.run()
  }

  @Test(arguments: [true, false]) func aProgramAsItWasDeployed(_ withObjects: Bool) throws {
    let report = try report(of: ForgedArtifact(), withObjects: withObjects)
    #expect(ArtifactVerificationTests.failures(report) == [])
    #expect(report.verdict == .verified)
    #expect(report.covered.contains(.proof))
    #expect(report.covered.contains(.layer) == withObjects)
  }

  @Test func itsTrailer() throws {
    let artifact = try ForgedArtifact { $0.trailer = { $0[20] ^= 1 } }
    #expect(ArtifactVerificationTests.failures(try report(of: artifact)) == ["trailer app"])
    let place = try ForgedArtifact { $0.trailer = { $0[0] ^= 1 } }
    #expect(ArtifactVerificationTests.failures(try report(of: place)) == ["trailer place"])
    let gone = try ForgedArtifact { $0.trailer = { $0[63] = 1 } }
    #expect(ArtifactVerificationTests.failures(try report(of: gone)) == ["trailer place"])
  }

  @Test func itsRuntime() throws {
    let failures = ArtifactVerificationTests.failures(
      try report(of: ForgedArtifact()) { $0[1000] ^= 1 })
    #expect(failures == ["runtime program and image", "binary of the record", "row binary"])
  }

  @Test func itsApp() throws {
    let artifact = try ForgedArtifact()
    let failures = ArtifactVerificationTests.failures(
      try report(of: artifact) { $0[ForgedArtifact.program.count + 520] ^= 1 })
    #expect(failures == ["trailer app", "binary of the record", "row binary"])
  }

  @Test func aReceiptTiesALoneDigest() throws {
    let artifact = try ForgedArtifact()
    for digest in [artifact.image.digest, .sha256(of: artifact.binary), artifact.record.digest] {
      var verification = ArtifactVerification(.digest(digest))
      verification.evidence = try ArtifactVerificationTests.evidence(artifact)
      let report = try verification.run()
      #expect(ArtifactVerificationTests.failures(report) == [])
      #expect(report.verdict == .verified)
      #expect(!report.notCovered.isEmpty)
    }
    var verification = ArtifactVerification(.digest(.sha256(of: "another")))
    verification.evidence = try ArtifactVerificationTests.evidence(artifact)
    #expect(ArtifactVerificationTests.failures(try verification.run()) == ["row names"])
  }
}
