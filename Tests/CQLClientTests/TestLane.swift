import CQLClient
import CQLWire
import PosixIO

/// Runs a test's body on a lane of its own.
func onLane<T: Sendable>(_ body: @Sendable (isolated Lane) async throws -> T) async throws -> T {
    let lane = try Lane(name: "test")
    defer { lane.stop() }
    return try await lane.run(body)
}

extension CQLConfiguration {
    /// One endpoint, with deadlines that a test never waits for.
    static func test(_ endpoints: Endpoint...) -> CQLConfiguration {
        CQLConfiguration(
            endpoints: endpoints,
            connectTimeout: .seconds(60),
            requestTimeout: .seconds(60),
            driverVersion: "test"
        )
    }
}

/// The error that `body` throws; nil when it throws none.
func error<T>(of body: () async throws(CQLError) -> T) async -> CQLError? {
    do throws(CQLError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// The code of the connection error that `body` throws; nil when it throws none.
func connectionCode<T>(of body: () async throws(CQLConnectionError) -> T) async -> CQLConnectionError.Code? {
    do throws(CQLConnectionError) {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}

extension CQLError {
    /// The code of a connection error.
    var connectionCode: CQLConnectionError.Code? {
        if case .connection(let error) = self { error.code } else { nil }
    }
}
