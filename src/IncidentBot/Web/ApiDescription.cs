using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Telemetry;
using Microsoft.OpenApi;

namespace IncidentBot.Web;

/// <summary><c>/openapi/v1.json</c>: what <c>/api/v1</c> takes and answers, made from the routes and types themselves.</summary>
internal static class ApiDescription
{
    private const string Version = "v1";
    private const string Bearer = "bearer";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json =>
        {
            // The description reads types as this writes them, so it has to be told how the answers are written.
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        })
        .AddOpenApi(Version, options =>
        {
            options.ShouldInclude = endpoint =>
                endpoint.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true
                    && !string.Equals(endpoint.HttpMethod, HttpMethods.Head, StringComparison.Ordinal);
            options.AddDocumentTransformer((document, context, _) =>
            {
                if (context.ApplicationServices.GetRequiredService<Func<PageSettings>>()().ExternalUrl is { } external)
                {
                    document.Servers = [new OpenApiServer { Url = external.AbsoluteUri.TrimEnd('/') }];
                }

                document.Info = new OpenApiInfo
                {
                    Title = "IncidentBot",
                    Version = BotVersion.Text,
                    Description = "Incidents, their alerts and history, and what people and programs do with them. Times are RFC 3339 in UTC. Every key is always there; what is absent is null.",
                };
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
                {
                    [Bearer] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = Bearer,
                        Description = "The token of server.api_token."
                    },
                };
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                if (schema.Properties is { Count: > 0 } properties && context.JsonTypeInfo.Type != typeof(ActionRequest)
                    && context.JsonTypeInfo.Type != typeof(SilenceRequest))
                {
                    schema.Required = properties.Keys.ToHashSet(StringComparer.Ordinal);
                }

                return Task.CompletedTask;
            });
        });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/v1.json");

    /// <summary>It answers this, or a problem with one of these statuses.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, string summary, params int[] problems)
    {
        endpoint.WithSummary(summary).WithTags("incidentbot").Produces<T>(StatusCodes.Status200OK, "application/json");
        foreach (var status in problems)
        {
            endpoint.Produces<ProblemAnswer>(status, "application/problem+json");
        }

        return endpoint;
    }

    /// <summary>It needs the token, and takes a body that may be absent.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = false,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] =
                    new OpenApiMediaType { Schema = await context.GetOrCreateSchemaAsync(typeof(T), null, cancellationToken) },
            },
        };
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
    });

    /// <summary>It needs the token.</summary>
    public static RouteHandlerBuilder NeedsToken(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            return Task.CompletedTask;
        });

    /// <summary>The number in its path is a whole one.</summary>
    public static RouteHandlerBuilder OfIncident(this RouteHandlerBuilder endpoint) => endpoint.Parameter("number", parameter =>
    {
        parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" };
        parameter.Description = "The incident's number.";
    });

    /// <summary>What a parameter means, where its type does not say it.</summary>
    public static RouteHandlerBuilder Parameter(this RouteHandlerBuilder endpoint, string name, Action<OpenApiParameter> describe) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>()
                .Where(parameter => string.Equals(parameter.Name, name, StringComparison.Ordinal)) ?? [])
            {
                describe(parameter);
            }

            return Task.CompletedTask;
        });
}
