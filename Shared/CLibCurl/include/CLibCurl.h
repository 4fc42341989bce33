#pragma once

#include <curl/curl.h>

// curl_easy_setopt and its kin are variadic, which Swift does not call: one function for each kind of argument.

CURLcode mesh_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode mesh_curl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode mesh_curl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode mesh_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
CURLcode mesh_curl_set_callback(CURL *handle, CURLoption option, size_t (*callback)(char *, size_t, size_t, void *));
CURLcode mesh_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode mesh_curl_get_pointer(CURL *handle, CURLINFO info, void **value);
CURLMcode mesh_curl_multi_set_long(CURLM *handle, CURLMoption option, long value);
