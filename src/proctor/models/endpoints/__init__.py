"""Models behind endpoints: where they are, how they are asked, and what happens when that fails."""

from weakref import WeakValueDictionary

from proctor.models.endpoints.endpoint import Endpoint
from proctor.models.endpoints.endpoint_model import EndpointModel
from proctor.models.endpoints.keys import find_key
from proctor.models.endpoints.names import INSPECT, PROVIDERS, Route, route_to
from proctor.models.endpoints.pacing import Pacer
from proctor.models.endpoints.retrying import Retrying
from proctor.models.options import ModelOptions

__all__ = ["EndpointModel", "Route", "make_endpoint_model", "route_to"]

# Calls to one address share its pace, whoever makes them; the pace is forgotten with the last model that keeps to it.
_pacers: WeakValueDictionary[tuple[str, int], Pacer] = WeakValueDictionary()


def make_endpoint_model(name: str, route: Route, options: ModelOptions) -> EndpointModel:
    """The model that *route* leads to, under the name that the user gave it; nothing is asked of the network yet.

    Raises:
        InputError: There is no key, or Inspect is needed and not installed, or knows no such provider.
    """
    return EndpointModel(
        name,
        _make_endpoint(name, route, options),
        pacer=_pacer_of(route, options),
        retrying=Retrying(options.max_retries, options.timeout_seconds),
    )


def _make_endpoint(name: str, route: Route, options: ModelOptions) -> Endpoint:
    if route.provider == INSPECT:
        from proctor.models.endpoints.inspect_endpoint import InspectEndpoint

        return InspectEndpoint(route.model_id, base_url=route.base_url or None, max_concurrent=options.max_concurrent)
    key = find_key(name, route.provider)
    seconds = options.timeout_seconds
    # each brings its SDK, which takes a second or more to import
    if PROVIDERS[route.provider].protocol == "anthropic":
        from proctor.models.endpoints.anthropic_endpoint import AnthropicEndpoint

        return AnthropicEndpoint(route.model_id, base_url=route.base_url, api_key=key, timeout_seconds=seconds)
    from proctor.models.endpoints.openai_endpoint import OpenAIEndpoint

    return OpenAIEndpoint(route.model_id, base_url=route.base_url, api_key=key, timeout_seconds=seconds)


def _pacer_of(route: Route, options: ModelOptions) -> Pacer:
    address = route.base_url or f"{route.provider}/{route.model_id.partition('/')[0]}"
    return _pacers.setdefault((address, options.max_concurrent), Pacer(options.max_concurrent))
