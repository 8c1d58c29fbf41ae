import CQLWire
import Foundation
import TestSupport
import Testing
import WireKit

/// Every message of every capture says what an independent decoder has written beside it.
@Suite struct CQLBodyTests {
    /// Compared elsewhere, or said of the message by the capture alone.
    private static let keysWithoutCounterpart: Set<String> = [
        "rows", "rows_first", "rows_sha256", "typed_values", "typed_values_sha256", "values_sha256",
        "metadata_from_prepared", "cols_as_in_frame",
    ]

    /// What differs, with the path to it; values that the capture shortens are not looked at.
    private static func differences(_ ours: Any?, _ theirs: Any, _ path: String) -> [String] {
        switch theirs {
        case let theirs as [String: Any]:
            if theirs["sha256"] != nil { return [] }
            guard let ours = ours as? [String: Any] else { return ["\(path): nothing"] }
            return theirs.flatMap { key, value in
                hasCounterpart(key, in: ours) ? differences(ours[key], value, "\(path).\(key)") : []
            }
        case let theirs as [Any]:
            guard let ours = ours as? [Any] else { return ["\(path): nothing"] }
            // Of a long batch the capture tells the first statements only, and their number beside them.
            guard ours.count == theirs.count || path == "body.queries" && ours.count > theirs.count else {
                return ["\(path): another count"]
            }
            return zip(ours, theirs).enumerated().flatMap { differences($1.0, $1.1, "\(path)[\($0)]") }
        case let theirs as String:
            // Types of user types are spelled with their fields.
            if theirs.contains("{"), path.hasSuffix("[3]") { return [] }
            let theirs = theirs.replacing("'org.apache.cassandra.db.marshal.DurationType'", with: "duration")
            return ours as? String == theirs ? [] : ["\(path): \(ours ?? "nothing"), not \(theirs)"]
        default:
            return ours as? NSObject == theirs as? NSObject ? [] : ["\(path): \(ours ?? "nothing"), not \(theirs)"]
        }
    }

    private static func hasCounterpart(_ key: String, in ours: [String: Any]) -> Bool {
        // The name of an error is ours to choose, and the flags of bind markers are the codec's own.
        switch key {
        case "name": ours["target"] != nil
        case "flags": ours["pk_indices"] == nil
        default: !keysWithoutCounterpart.contains(key)
        }
    }

    private func compare(_ capture: CQLCapture) throws -> Int {
        let compression = capture.compression
        var count = 0
        for envelope in capture.envelopes where capture.exemption(envelope) == nil {
            let frame = try capture.frame(envelope)
            let ours =
                envelope.isRequest
                ? CQLBodyDescription.description(try RequestFrame.decode(frame, compression: compression))
                : CQLBodyDescription.description(try ResponseFrame.decode(frame, compression: compression))
            guard let json = envelope.bodyJSON else { continue }
            let theirs = try JSONSerialization.jsonObject(with: json)
            let differences = Self.differences(ours, theirs, "body")
            #expect(differences.isEmpty, "\(capture) at \(envelope.offset)")
            count += 1
        }
        return count
    }

    @Test(arguments: try CQLCapture.allAndExtra())
    func messagesSayWhatTheCaptureSays(_ capture: CQLCapture) throws {
        #expect(try compare(capture) >= 0)
    }

    @Test func manyMessagesAreCompared() throws {
        #expect(try CQLCapture.all().map(compare).reduce(0, +) > 3300)
    }
}
