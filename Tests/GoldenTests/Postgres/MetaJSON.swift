import Foundation
import TestSupport

extension PostgresCapture {
    /// Everything written down about the capture, as JSON says it.
    func meta() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: metaJSON) as? [String: Any] ?? [:]
    }
}
