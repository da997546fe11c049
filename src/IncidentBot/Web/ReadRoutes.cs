using System.Diagnostics.CodeAnalysis;

namespace IncidentBot.Web;

/// <summary>Addresses that are only read: GET, and HEAD for who asks whether they are there. The server leaves the body of a HEAD out.</summary>
internal static class ReadRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        routes.MapMethods(pattern, Methods, handler);
}
